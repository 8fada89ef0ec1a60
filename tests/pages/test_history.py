"""The history page: power and energy of any choice, over time and month by month."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from tests.pages.conftest import Visit
from tests.pages.hall import CLIENTS, Hall, name_of, public_id
from tests.pages.hall_server import HallServer, clock
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme, Visitor

from wattledger.domain.event import EventKind
from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role
from wattledger.services.correct_register import declare
from wattledger.services.declaration import Declaration

FIRST, SECOND = 3, 5


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall with a month behind it."""
    return Hall(15, 35 * DAY)


def choose(page: Page, label: str, search: str, option: str) -> None:
    """Choose an option by a part of its name."""
    field = page.get_by_role("combobox", name=label)
    field.fill(search)
    page.get_by_role("option", name=option).click()
    page.keyboard.press("Escape")


def told(visitor: Visitor, query: str) -> dict[str, Any]:
    """Return what the API tells."""
    address = f"{visitor.address}/api/v1/consumption/history?{query}"
    answer: dict[str, Any] = visitor.page.request.get(address).json()["data"]
    return answer


def shown(kwh: float) -> str:
    """Return energy as the page shows it."""
    return f"{kwh:,.3f}".rstrip("0").rstrip(".")


@in_every_look
def test_chosen_endpoints_are_drawn_and_add_up_as_the_api_says(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/history", size=size, scheme=scheme) as visitor:
        page = visitor.page
        expect(page.get_by_role("img", name="All together")).to_have_count(2)
        choose(page, "Shown endpoints", "pdu b", name_of(FIRST))
        choose(page, "Shown endpoints", "rack A05", name_of(SECOND))
        page.get_by_text("Stacked").click()
        page.get_by_text("Energy, kWh").click()
        page.get_by_text("From–to").click()  # noqa: RUF001 - as it stands there
        ids = f"endpoint={public_id(FIRST)}&endpoint={public_id(SECOND)}"
        expect(page).to_have_url(re.compile(re.escape(f"?{ids}&from=") + ".*&show=kwh&as=stacked$"))
        dates = [
            page.get_by_label(name, exact=True).input_value() for name in ("From", "To, included")
        ]
        query = ids.replace("endpoint", "endpointId") + f"&from={dates[0]}&to={dates[1]}&total=true"
        totals = page.get_by_role("table", name="Energy in this time")
        for series in told(visitor, query + "&step=hour")["series"]:
            name = "All together" if series["id"] == "total" else series["name"]
            row = totals.get_by_role("row").filter(has_text=name)
            expect(row).to_contain_text(shown(series["totalKwh"]))
        visitor.is_accessible()
        page.get_by_role("button", name="Show as table").click()
        over_time = page.get_by_role("table", name=re.compile("^Energy, .*, kWh$"))
        expect(over_time.get_by_role("columnheader")).to_have_text(
            ["From", name_of(FIRST), name_of(SECOND)]
        )
        page.reload()
        expect(page.get_by_role("heading", name=re.compile("^Energy, "))).to_be_visible()
        expect(page.get_by_role("img", name=f"{name_of(FIRST)}, {name_of(SECOND)}")).to_have_count(
            2
        )
        visitor.has_no_overflow()


@in_every_look
def test_clients_are_compared_month_by_month(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/history?by=client&range=12mo", size=size, scheme=scheme) as visitor:
        page = visitor.page
        for name in CLIENTS[:2]:
            choose(page, "Shown clients", name[:5], name)
        months = page.get_by_role("table", name="Energy by month, kWh")
        for name in (*CLIENTS[:2], "All together"):
            expect(months.get_by_role("row").filter(has_text=name)).to_be_visible()
        expect(page.get_by_role("img", name=CLIENTS[1])).to_have_count(2)
        visitor.is_accessible()
        visitor.has_no_overflow()


def test_what_happened_to_a_register_is_told_with_the_endpoint_where_many_are_shown(
    visit: Visit, server: HallServer
) -> None:
    at = clock() - 9 * DAY
    told = Declaration(EventKind.SETTINGS, at, "Ada", "rewired", settings={"p_max_mw": 40_000_000})
    declare(server.database, SECOND, told, clock())
    with visit("/history") as visitor:
        key = visitor.page.get_by_role("list", name="Key")
        expect(key.get_by_text(f"{name_of(SECOND)}: ").first).to_be_visible()
        visitor.turn_to(f"/history?endpoint={public_id(SECOND)}")
        expect(key).to_be_visible()
        expect(key).not_to_contain_text(name_of(SECOND))


def test_a_client_looks_at_its_own_history(visit: Visit) -> None:
    own = FIRST * 7 % len(CLIENTS) + 1
    with visit("/history", role=Role.CLIENT, client_id=own) as visitor:
        page = visitor.page
        expect(page.get_by_text("Clients", exact=True)).to_have_count(0)
        page.get_by_role("combobox", name="Shown endpoints").click()
        expect(page.get_by_role("option").filter(has_text=name_of(FIRST))).to_be_visible()
        expect(page.get_by_role("option").filter(has_text=name_of(SECOND))).to_have_count(0)
        expect(page.get_by_role("img", name="All together")).to_have_count(2)
