"""Reports: a month by client and meter, closed, exported, and each figure traced to its reads."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import Visit
from tests.pages.hall import CLIENTS, ZONE, Hall, name_of
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role

HISTORY_DAYS = 95
_TODAY = date.today()  # noqa: DTZ011
LAST_MONTH = f"{_TODAY.replace(day=1) - timedelta(days=1):%Y-%m}"
_BEGUN = (_TODAY - timedelta(days=HISTORY_DAYS)).replace(day=1)
SECOND_MONTH = f"{_BEGUN + timedelta(days=31):%Y-%m}"
"""That after the month in which the racks were first read."""


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall with two whole months behind it."""
    return Hall(10, HISTORY_DAYS * DAY)


@in_every_look
def test_a_month_can_be_read_by_everybody(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/reports?month={LAST_MONTH}", size=size, scheme=scheme) as visitor:
        table = visitor.page.get_by_role("table", name="The month by client and meter")
        expect(table.get_by_role("button", name=CLIENTS[7])).to_be_visible()
        expect(table).to_contain_text("All")
        # All with as many decimals, so that they stand below each other.
        figures = table.get_by_role("button", name="what it rests on").all_inner_texts()
        assert figures
        assert all(re.fullmatch(r"[\d,]+\.\d|\N{EN DASH}", figure) for figure in figures), figures
        visitor.is_accessible()
        visitor.has_no_overflow()


@in_every_look
def test_a_change_to_a_month_that_is_known_in_part_says_so(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    month = SECOND_MONTH
    with visit(f"/reports?month={month}", size=size, scheme=scheme) as visitor:
        page = visitor.page
        address = f"{visitor.address}/api/v1/reports/{month.replace('-', '/').replace('/0', '/')}"
        told = page.request.get(address).json()["data"]
        table = page.get_by_role("table", name="The month by client and meter")
        for client in told["clients"][:3]:
            assert (client["previousInPart"], client["changePercent"]) == (True, None)
            group = table.get_by_role("row").filter(has=page.get_by_text(client["client"]))
            expect(group).to_contain_text("known in part")
            expect(group).not_to_contain_text("%known")
        expect(page.locator("dl")).to_contain_text(", known in part")
        visitor.is_accessible()
        visitor.has_no_overflow()


def test_an_alert_leads_to_the_month_that_it_names(visit: Visit) -> None:
    with visit("/alerts?kind=billAtRisk") as visitor:
        page = visitor.page
        link = page.get_by_role("list", name="Open alerts").get_by_role("link", name="To ").first
        month = link.inner_text().removeprefix("To ")
        link.click()
        expect(page.get_by_role("button", name=f"Month {month}")).to_be_visible()


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
        expect(drawer).to_contain_text(re.compile(r"Peak[\d.]+ kW at "))
        expect(drawer.get_by_role("table").last).to_contain_text("good")
        began = re.compile("^(Installation|Swapped|Reset|Restored|Rollover)$")
        expect(drawer.get_by_role("cell", name=began).first).to_be_visible()
        # What is wider than a phone is scrolled in its own part alone.
        assert drawer.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0
        state = drawer.get_by_role("columnheader", name="State").bounding_box()
        assert state is not None
        assert state["x"] + state["width"] < size[0]
        visitor.is_accessible()


def test_times_of_a_line_are_told_in_the_zone_of_that_time_of_the_year(visit: Visit) -> None:
    with visit(f"/reports?month={SECOND_MONTH}") as visitor:
        visitor.page.get_by_role("button", name=f"kWh of {name_of(1)}: what it rests on").click()
        drawer = visitor.page.get_by_role("dialog", name=name_of(1))
        begun = datetime.fromisoformat(f"{SECOND_MONTH}-01").replace(tzinfo=ZoneInfo(ZONE))
        names = dict.fromkeys(f"{begun + timedelta(days=day):%Z}" for day in (0, 31))
        expect(drawer.get_by_role("heading", name="Reads, ")).to_have_text(
            f"Reads, {'/'.join(names)}"
        )
        expect(drawer).to_contain_text(
            re.compile(rf"Peak[\d.]+ kW at [^,]+, [\d:]+ ({'|'.join(names)})")
        )


def test_a_month_with_one_doubt_says_so_in_the_singular(visit: Visit) -> None:
    with visit("/nowhere") as visitor:
        page = visitor.page
        doubt = {"kind": "unassigned", "blocks": True, "endpoint": name_of(1), "sentence": "Look."}
        page.route("**/findings", lambda route: route.fulfill(json={"data": [doubt]}))
        visitor.turn_to(f"/reports?month={LAST_MONTH}")
        summary = page.get_by_role("region", name="What puts bills at risk").get_by_role("button")
        expect(summary).to_have_text(
            "1 thing to look at before this month is closed, and it blocks that"
        )


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
        # A rack that draws more than its breaker allows is in doubt; the reason is told.
        expect(dialog).to_contain_text("0 of 1 client is closed.")
        expect(dialog).to_contain_text("A part of its energy has another explanation")
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
