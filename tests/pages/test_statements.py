"""Closing a month on its page, and the list of what was closed, with its files."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import Visit
from tests.pages.hall import CLIENTS, Hall
from tests.pages.hall_server import HallServer, clock
from tests.pages.looks import LOOKS, in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role
from wattledger.domain.tariff import PricePeriod, Tariff
from wattledger.services.close_month import CloseOrder, close_month
from wattledger.services.keep_client import change_client
from wattledger.services.keep_tariff import create_tariff
from wattledger.services.progress import unwatched

_TODAY = date.today()  # noqa: DTZ011
LAST_MONTH = (_TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
RACKS, MONTHS = 6, 13
CLOSED_BY = dict(zip(LOOKS, (5, 2, 9, 6), strict=True))
"""Whose month is closed in which look; none of them has a rack in doubt."""
CUT_OFF = """
(table) => [...table.querySelectorAll("tbody td")]
  .filter((cell) => cell.clientWidth > 0 && cell.scrollWidth > cell.clientWidth)
  .map((cell) => cell.innerText)
"""


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall with more than a year behind it: each month has its name."""
    return Hall(RACKS, 32 * MONTHS * DAY)


@pytest.fixture(scope="module", autouse=True)
def closed_year(server: HallServer) -> None:
    """Close the twelve months before the last one, at prices that make large amounts."""
    database, now = server.database, clock()
    prices = PricePeriod(from_on=date(2020, 1, 1), currency="EUR", energy_price=Decimal("25.12"))
    create_tariff(database, Tariff(name="Dear", prices=(prices,)), now)
    for name in CLIENTS:
        change_client(database, name, name=None, tariff="Dear", changes_tariff=True)
    months, month = [], LAST_MONTH
    for _ in range(MONTHS - 1):
        month = (month - timedelta(days=1)).replace(day=1)
        months.append(month)
    for month in reversed(months):
        order = CloseOrder(month, "Erika Mustermann", accept_estimates=True, reason="Looked at.")
        close_month(database, order, now, unwatched)


@in_every_look
def test_a_month_is_closed_and_its_statement_is_in_the_list(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    client = CLIENTS[CLOSED_BY[size, scheme] - 1]
    with visit(f"/reports?month={LAST_MONTH:%Y-%m}", size=size, scheme=scheme) as visitor:
        page = visitor.page
        # A list that was looked at a moment ago is not shown as it was then.
        page.get_by_role("tab", name="Closed statements").click()
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
        page.get_by_role("tab", name="Month", exact=True).click()
        page.get_by_role("button", name="Close month").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name="Client").or_(
            dialog.get_by_role("textbox", name="Client")
        ).click()
        page.get_by_role("option", name=client).click()
        dialog.get_by_role("button", name="Close month").click()
        expect(dialog).to_contain_text("1 of 1 client is closed.")
        visitor.is_accessible()
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Closed statements").click()
        rows = page.get_by_role("table", name="Closed statements").get_by_role("row")
        closed = rows.filter(has_text=client).filter(has_text=f"{LAST_MONTH:%B %Y}")
        expect(closed).to_have_count(1)
        with page.expect_download() as download:
            closed.get_by_role("link", name="PDF").click()
        assert download.value.path().read_bytes().startswith(b"%PDF")


@in_every_look
def test_what_was_closed_is_listed_whole_in_every_look(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/reports?tab=statements", size=size, scheme=scheme) as visitor:
        page = visitor.page
        table = page.get_by_role("table", name="Closed statements")
        expect(table.get_by_role("link", name="Proof").first).to_be_visible()
        visitor.is_accessible()
        visitor.has_no_overflow()
        for place in ("0", "document.body.scrollHeight"):
            page.evaluate(f"scrollTo(0, {place})")
            page.wait_for_timeout(200)
            cut: list[str] = table.evaluate(CUT_OFF)
            assert not cut, cut
        with page.expect_download() as download:
            table.get_by_role("link", name="Proof").last.click()
        assert download.value.path().read_bytes().startswith(b"PK")


def test_a_client_is_listed_its_own_statements_newest_first(visit: Visit) -> None:
    client = CLIENTS[4]
    with visit("/reports?tab=statements", role=Role.CLIENT, client_id=5) as visitor:
        table = visitor.page.get_by_role("table", name="Closed statements")
        expect(table.get_by_role("link", name="Proof").first).to_be_visible()
        names = set(table.locator("tbody td:nth-child(2)").all_inner_texts()) - {""}
        assert names == {client}
        numbers = table.locator("tbody td:nth-child(3)").all_inner_texts()
        assert len(numbers) >= MONTHS - 1
        assert all(newer > older for newer, older in pairwise(numbers))
