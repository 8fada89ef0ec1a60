"""Names as people give them: of 200 letters, of one long word, in whatever table or card."""

import re

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import update
from tests.pages.conftest import DESK, PHONE, Visit
from tests.pages.evidence import keep_failure
from tests.pages.hall import Hall, public_id
from tests.pages.hall_server import HallServer

from wattledger.domain.instant import DAY
from wattledger.store.tables import client, endpoint

WORD = "Rechenzentrumsstromversorgungsverteilerkasten"
PLACE = "Hall 1, Row 1, Rack A11 PDU"
NAMES = {1: f"{WORD} {'Nord-West ' * 15}".strip(), 2: WORD * 4, 3: WORD, 4: PLACE}
PAGES = (
    *("/", "/?view=table", "/?view=floor", "/endpoints", f"/endpoints/{public_id(1)}"),
    *(
        f"/endpoints/{public_id(2)}/edit",
        "/reports",
        "/alerts",
        f"/history?endpoint={public_id(1)}",
    ),
    f"/history?endpoint={public_id(1)}&endpoint={public_id(2)}",
)


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall with a month behind it."""
    return Hall(15, 35 * DAY)


@pytest.fixture(scope="module", autouse=True)
def long_names(server: HallServer) -> None:
    """Give some racks and all clients long names."""
    with server.database.begin() as connection:
        for number, name in NAMES.items():
            changed = update(endpoint).where(endpoint.c.id == number)
            connection.execute(changed.values(name=name, location=f"{WORD}, row {WORD}, {WORD}"))
        connection.execute(update(client).values(name=client.c.name + WORD * 3))


def test_names_of_any_length_fit_into_every_page(visit: Visit) -> None:
    with visit("/nowhere") as visitor:
        for path in PAGES:
            visitor.turn_to(path)
            expect(visitor.page.get_by_text(WORD).first).to_be_attached()
            expect(visitor.page.locator(".mantine-Skeleton-root")).to_have_count(0)
            visitor.has_no_overflow()
            visitor.page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
            visitor.fits()
            visitor.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


@pytest.mark.parametrize("path", ["/?view=table", "/endpoints"])
def test_a_name_that_says_the_place_is_shown_whole_in_a_list(visit: Visit, path: str) -> None:
    with visit(path) as visitor:
        name = visitor.page.get_by_role("cell", name=PLACE, exact=True).locator("div")
        expect(name).to_be_visible()
        assert name.evaluate("({ scrollWidth, clientWidth }) => scrollWidth - clientWidth") == 0


@pytest.mark.parametrize("path", ["/", "/?view=table", "/reports"])
def test_a_name_that_is_cut_off_is_told_whole_to_who_points_at_it(visit: Visit, path: str) -> None:
    with visit(path) as visitor:
        listed = visitor.page.get_by_label(re.compile("^(Meters|The month by client and meter)$"))
        listed.get_by_text(NAMES[1], exact=True).hover(position={"x": 4, "y": 4})
        expect(visitor.page.get_by_title(NAMES[1], exact=True)).to_have_count(1)


def test_a_long_name_is_a_title_that_can_be_read(visit: Visit) -> None:
    with visit("/reports", size=PHONE) as visitor:
        page = visitor.page
        page.get_by_role("button", name=re.compile(f"{NAMES[2]}: what it rests on")).click()
        title = page.get_by_role("dialog").get_by_role("heading", name=NAMES[2])
        spacing = title.evaluate(
            "(each) => parseFloat(getComputedStyle(each).lineHeight) /"
            " parseFloat(getComputedStyle(each).fontSize)"
        )
        assert spacing >= 1.25, spacing
        is_not_scrolled_sideways(page.get_by_role("dialog"))
        visitor.fits()


def is_not_scrolled_sideways(part: Locator) -> None:
    """Assert that all of a part that opened is in its width."""
    expect(part).to_be_visible()
    assert part.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_names_of_any_length_fit_into_what_opens(
    visit: Visit, server: HallServer, size: tuple[int, int]
) -> None:
    attempt = keep_failure(server, 2)
    with visit(f"/endpoints/{public_id(2)}?attempt={attempt}", size=size) as visitor:
        page = visitor.page
        drawer = page.get_by_role("dialog", name="Evidence of a read")
        expect(drawer.get_by_text(NAMES[2])).to_be_visible()
        is_not_scrolled_sideways(drawer)
        visitor.turn_to("/")
        page.keyboard.press("Control+K")
        palette = page.get_by_role("dialog")
        palette.get_by_role("textbox").fill(NAMES[2])
        expect(palette.get_by_text(NAMES[2])).to_be_visible()
        is_not_scrolled_sideways(palette.locator(".mantine-ScrollArea-viewport"))
        page.keyboard.press("Escape")
        visitor.turn_to("/endpoints")
        page.get_by_label("Choose all that are listed").check()
        page.get_by_role("button", name="Assign to a client").click()
        page.get_by_role("dialog").get_by_label("Client").first.fill(WORD)
        expect(page.get_by_role("option").first).to_be_visible()
        is_not_scrolled_sideways(page.get_by_role("option").first)
