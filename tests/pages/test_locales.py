"""Figures and times as people of several languages read them, all to the last digit."""

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.pages.conftest import DESK, PHONE
from tests.pages.hall import Hall, public_id
from tests.pages.hall_server import HallServer, clock
from tests.pages.visitor import Visitor

from wattledger.domain.instant import DAY
from wattledger.domain.outcome import Outcome
from wattledger.store.tables import attempt

RACKS = (9, 18)
"""Two of which a part is estimated, so that their energy has many decimals."""
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")  # noqa: RUF001 - Arabic
CHOSEN = "/history?range=24h&" + "&".join(f"endpoint={public_id(each)}" for each in RACKS)
TRIED = 3


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(20, 2 * DAY)


def totals(page: Page) -> list[str]:
    """Return the energies of the time that is shown."""
    table = page.get_by_role("table", name="Energy in this time")
    expect(table.locator("tfoot")).to_be_visible()
    return table.locator("td[data-number]").all_inner_texts()


@pytest.mark.parametrize("locale", ["ar-EG", "de-DE", "fr-FR", "hi-IN", "ja-JP"])
def test_an_energy_has_the_same_digits_in_every_language(
    chromium: Browser, server: HallServer, locale: str
) -> None:
    told = []
    for each in ("en-GB", locale):
        with Visitor.of(chromium, DESK, "light", each) as visitor:
            visitor.enter(server)
            visitor.go(CHOSEN)
            told.append([text.translate(DIGITS) for text in totals(visitor.page)])
            visitor.found_no_fault()
    english, other = told
    assert len(english[0].partition(".")[2]) > 1
    assert [text.replace(",", ".") for text in other] == english


def test_a_duration_is_rounded_before_it_is_parted(chromium: Browser, server: HallServer) -> None:
    for place, milliseconds in enumerate((119_600, 1_250)):
        row = {
            "endpoint_id": TRIED,
            "started_at": clock() - place,
            "milliseconds": milliseconds,
            "transport": "http",
            "outcome": Outcome.OK,
        }
        with server.database.begin() as connection:
            connection.execute(attempt.insert().values(row))
    with Visitor.of(chromium, DESK, "light", "de-DE") as visitor:
        visitor.enter(server)
        visitor.go(f"/endpoints/{public_id(TRIED)}")
        table = visitor.page.get_by_role("table", name="Last attempts")
        expect(table).to_contain_text("2 min 0 s")
        expect(table).to_contain_text("1,3 s")


@pytest.mark.parametrize("locale", ["ar-EG", "fr-FR", "hi-IN"])
def test_long_numbers_and_names_of_months_fit_on_a_phone(
    chromium: Browser, server: HallServer, locale: str
) -> None:
    with Visitor.of(chromium, PHONE, "light", locale) as visitor:
        visitor.enter(server)
        for path in ("/", "/?view=table", "/reports", f"/endpoints/{public_id(TRIED)}", CHOSEN):
            visitor.go(path)
            expect(visitor.page.locator(".mantine-Skeleton-root")).to_have_count(0)
            visitor.has_no_overflow()
        visitor.found_no_fault()


@pytest.mark.parametrize(
    ("rack", "locale", "shown", "grouped", "fraction"),
    [(4, "en-GB", "7.4", "100,000", "0.5"), (5, "de-DE", "7,4", "100.000", "0,5")],
)
def test_a_number_that_reads_as_thousands_is_not_taken_for_a_fraction(
    chromium: Browser,
    server: HallServer,
    rack: int,
    locale: str,
    shown: str,
    grouped: str,
    fraction: str,
) -> None:
    with Visitor.of(chromium, DESK, "light", locale) as visitor:
        visitor.enter(server)
        visitor.go(f"/endpoints/{public_id(rack)}")
        page = visitor.page
        page.get_by_role("button", name="Set up meter total").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Breaker, kW")).to_have_value(shown)
        over = dialog.get_by_label("Runs over at, kWh")
        over.fill(grouped)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_text("nothing between thousands")).to_be_visible()
        over.fill("100000")
        dialog.get_by_label("Step of the display, kWh").fill(fraction)
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        row = page.get_by_role("table", name="Meters").get_by_role("row").nth(1)
        expect(row).to_contain_text(f"{fraction} kWh")
        visitor.found_no_fault()
