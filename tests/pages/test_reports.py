"""Reports: a month by client and meter, closed, exported, and each figure traced to its reads."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import Visit
from tests.pages.hall import CLIENTS, Hall, name_of
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role

LAST_MONTH = f"{date.today().replace(day=1) - timedelta(days=1):%Y-%m}"  # noqa: DTZ011


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall with two whole months behind it."""
    return Hall(10, 95 * DAY)


@in_every_look
def test_a_month_can_be_read_by_everybody(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/reports?month={LAST_MONTH}", size=size, scheme=scheme) as visitor:
        table = visitor.page.get_by_role("table", name="The month by client and meter")
        expect(table.get_by_role("button", name=CLIENTS[7])).to_be_visible()
        expect(table).to_contain_text("All")
        visitor.is_accessible()
        visitor.has_no_overflow()


@in_every_look
def test_a_figure_is_traced_to_its_reads_in_two_clicks(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/reports?month={LAST_MONTH}", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name=f"kWh of {name_of(1)}: what it rests on").click()
        drawer = page.get_by_role("dialog", name=name_of(1))
        expect(drawer).to_contain_text("Opening register")
        expect(drawer).to_contain_text("measured")
        expect(drawer.get_by_role("table").last).to_contain_text("good")
        visitor.is_accessible()


@in_every_look
def test_a_month_is_exported_to_excel(visit: Visit, size: tuple[int, int], scheme: Scheme) -> None:
    with visit(f"/reports?month={LAST_MONTH}", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name="Excel", exact=True).click()
        assert download.value.suggested_filename == f"{LAST_MONTH}.xlsx"
        content = download.value.path().read_bytes()
        assert content.startswith(b"PK")


@in_every_look
def test_a_month_in_doubt_is_not_closed_and_says_why(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/reports?month={LAST_MONTH}", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Close month").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("combobox", name="Client").or_(
            dialog.get_by_role("textbox", name="Client")
        ).click()
        page.get_by_role("option", name=CLIENTS[7]).click()
        visitor.is_accessible()
        dialog.get_by_role("button", name="Close month").click()
        # What rests on estimates is not closed unasked; each reason is told.
        expect(dialog).to_contain_text("0 of 1 clients are closed.")
        expect(dialog).to_contain_text("A part of its energy is an estimate.")
        visitor.is_accessible()


@in_every_look
def test_a_client_sees_its_own_month(visit: Visit, size: tuple[int, int], scheme: Scheme) -> None:
    month = f"/reports?month={LAST_MONTH}"
    with visit(month, role=Role.CLIENT, client_id=5, size=size, scheme=scheme) as visitor:
        page = visitor.page
        table = page.get_by_role("table", name="The month by client and meter")
        expect(table.get_by_role("button", name=CLIENTS[4], exact=True)).to_be_visible()
        for other in (*CLIENTS[:4], *CLIENTS[5:]):
            expect(page.get_by_text(other)).to_have_count(0)
        expect(page.get_by_role("button", name="Close month")).to_have_count(0)
