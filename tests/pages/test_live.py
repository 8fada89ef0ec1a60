"""The live page: every meter as it is now, found at once, in three views."""

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import PHONE, Visit
from tests.pages.hall import CLIENTS, Hall, name_of, public_id, read_now
from tests.pages.hall_server import HallServer, clock
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.permission import Role


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall in which one meter fails, one is busy and one was never read."""
    return Hall(50)


@in_every_look
@pytest.mark.parametrize("view", ["cards", "table", "floor"])
def test_each_view_can_be_used_by_everybody(
    visit: Visit, view: str, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/?view={view}", size=size, scheme=scheme) as visitor:
        expect(visitor.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
        expect(visitor.page.get_by_role("link", name=name_of(1)).first).to_be_visible()
        if view == "floor":
            colours = visitor.page.get_by_role("list", name="Colours")
            expect(colours).to_contain_text("Disabled or not read yet")
        visitor.is_accessible()
        visitor.has_no_overflow()


@in_every_look
def test_what_fails_is_found_in_one_click_and_shows_no_power(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Failing 1").click()
        cards = page.get_by_role("list", name="Meters").get_by_role("link")
        expect(cards).to_have_count(1)
        expect(cards).to_contain_text(name_of(13))
        expect(cards).to_contain_text("\N{EN DASH}kW")
        expect(page.get_by_text("1 of 50")).to_be_visible()
        assert page.url.endswith("status=failing")


@in_every_look
def test_a_search_goes_through_names_clients_and_places(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(size=size, scheme=scheme) as visitor:
        page = visitor.page
        find = page.get_by_role("textbox", name="Find a meter, client or place")
        find.fill("rack b03")
        expect(page.get_by_role("list", name="Meters").get_by_role("link")).to_have_count(1)
        find.fill(CLIENTS[2])
        expect(page.get_by_text("5 of 50")).to_be_visible()
        find.fill("nobody has this name")
        expect(page.get_by_text("No meter passes this filter.")).to_be_visible()
        visitor.is_accessible()
        page.get_by_role("button", name="Show all").click()
        expect(page.get_by_text("50 of 50")).to_be_visible()


def test_a_new_reading_is_seen_without_asking_for_it(visit: Visit, server: HallServer) -> None:
    with visit("/?search=a02") as visitor:
        card = visitor.page.get_by_role("list", name="Meters").get_by_role("link")
        expect(card).to_have_count(1)
        before = card.inner_text()
        with server.database.begin() as connection:
            read_now(connection, [2], clock() + 3_600_000_000)
        expect(card).not_to_have_text(before)


@in_every_look
def test_the_palette_leads_to_pages_and_endpoints(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(size=size, scheme=scheme) as visitor:
        page = visitor.page
        expect(page.get_by_role("link", name=name_of(1)).first).to_be_visible()
        page.keyboard.press("Control+k")
        # Each word stands somewhere in its name, its client or its place.
        page.get_by_role("textbox", name="Go to a page or an endpoint").fill("hall a04 pdu")
        expect(page.get_by_text(name_of(4)).last).to_be_visible()
        visitor.is_accessible()
        page.get_by_text(name_of(4)).last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name_of(4))
        assert page.url.endswith(public_id(4))


@in_every_look
def test_a_client_sees_its_own_meters_and_pages_alone(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(role=Role.CLIENT, client_id=3, size=size, scheme=scheme) as visitor:
        page = visitor.page
        expect(page.get_by_text("5 of 5")).to_be_visible()
        links = page.get_by_role("navigation", name="Pages").first.get_by_role("link")
        expect(links).to_have_text(["Live", "Statements", "History"])
        expect(page.get_by_text(CLIENTS[3])).to_have_count(0)


def test_the_links_of_a_phone_that_have_no_place_in_its_bar_are_behind_more(visit: Visit) -> None:
    with visit(size=PHONE) as visitor:
        page = visitor.page
        page.get_by_role("button", name="More", exact=True).click()
        links = page.get_by_role("dialog")
        expect(links.get_by_role("link", name="Settings")).to_be_in_viewport()
        # No higher than what stands in it: the page is still seen.
        box = links.bounding_box()
        assert box is not None
        assert box["y"] > PHONE[1] / 3
        links.get_by_role("button", name="Go to a meter").click()
        expect(page.get_by_role("textbox", name="Go to a page or an endpoint")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name="More", exact=True).click()
        links.get_by_role("button", name="Change to dark colours").click()
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
        visitor.is_accessible()
