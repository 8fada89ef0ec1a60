"""Orders to hundreds of endpoints: how far they are, cancelled, what is left; and many clients."""

import re

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import insert
from tests.pages.conftest import Visit
from tests.pages.hall import Hall
from tests.pages.hall_server import HallServer
from tests.pages.visitor import Visitor

from wattledger.domain.instant import DAY
from wattledger.store.tables import client

MANY = 450
LONG = 3_000
HEADER = "endpoint,client,address\n"
ORDERS = "**/endpoints/bulk"


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall of more racks than are changed at once."""
    return Hall(MANY, DAY)


def choose_all(page: Page) -> None:
    """Choose all endpoints, which are read on while one scrolls."""
    bar = page.get_by_role("toolbar", name="With the chosen endpoints")
    rows = page.get_by_role("table", name="Endpoints")
    for read in (*range(200, MANY, 200), MANY):
        expect(rows).to_have_attribute("aria-rowcount", str(read + 1))
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate("scrollTo(0, 0)")
    page.get_by_label("Choose all that are listed").check()
    expect(bar).to_contain_text(f"{MANY} chosen")


def test_an_order_to_many_tells_how_far_it_is_and_can_be_cancelled(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        choose_all(page)
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route(ORDERS, lambda route: route.continue_())
        page.route(ORDERS, hold)
        page.route(ORDERS, lambda route: route.continue_(), times=1)
        page.get_by_role("button", name="Delete", exact=True).dblclick()
        told = page.get_by_role("status").filter(has_text=f"200 of {MANY}")
        expect(told).to_be_visible()
        visitor.is_accessible()
        visitor.fits()
        told.get_by_role("button", name="Cancel").click()
        held.pop().continue_()
        expect(page.get_by_text("400 endpoints deleted, 50 left as they are")).to_be_visible()
        assert not held
        expect(page.get_by_role("toolbar")).to_contain_text("50 chosen")
        page.unroute(ORDERS)
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("400 endpoints restored")).to_be_visible()


def test_where_it_fails_on_the_way_what_was_done_is_told_and_the_rest_stays_chosen(
    visit: Visit,
) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        choose_all(page)
        told = {"error": {"code": "internal", "message": "The disk is full."}}
        page.route(ORDERS, lambda route: route.fulfill(status=500, json=told))
        page.route(ORDERS, lambda route: route.continue_(), times=1)
        page.get_by_role("button", name="Disable", exact=True).click()
        expect(page.get_by_text("200 endpoints disabled, 250 left as they are")).to_be_visible()
        expect(page.get_by_role("toolbar")).to_contain_text("250 chosen")
        visitor.found_no_fault(but="Failed to load resource")
        visitor.faults.clear()


def test_any_of_many_clients_can_be_chosen(visit: Visit, server: HallServer) -> None:
    last = "Zeta 599"
    with server.database.begin() as connection:
        rows = [{"public_id": f"zeta-{n}", "name": f"Zeta {n:03}"} for n in range(600)]
        connection.execute(insert(client), rows)
    with visit("/alerts") as visitor:
        page = visitor.page
        page.get_by_role("combobox", name="Client", exact=True).fill(last)
        page.get_by_role("option", name=last).click()
        expect(page.get_by_role("combobox", name="Client", exact=True)).to_have_value(last)
        expect(page).to_have_url(re.compile("zeta-599"))


def test_a_long_import_tells_how_far_it_is_and_keeps_what_was_done_when_it_is_cancelled(
    visit: Visit,
) -> None:
    lines = "".join(f"Long {n:04},Soylent,10.8.{n // 250}.{n % 250 + 1}\n" for n in range(LONG))
    with visit("/endpoints?search=Long") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Import and export").click()
        page.get_by_role("menuitem", name="Import a list").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": (HEADER + lines).encode()}
        )
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Import", exact=True).click()
        expect(
            dialog.get_by_text(re.compile(rf"^[1-9][\d,]* of {LONG:,} endpoints"))
        ).to_be_visible()
        visitor.is_accessible()
        dialog.get_by_role("button", name="Cancel").click()
        expect(dialog.get_by_text("It was cancelled.")).to_be_visible()
        dialog.get_by_role("button", name="Cancel").click()
        rows = page.get_by_role("table", name="Endpoints")
        expect(rows.get_by_role("link", name="Long 0000")).to_be_visible()
        page.wait_for_timeout(1_500)
        kept = made(visitor)
        assert 0 < kept < LONG
        # It has ended: nothing is done behind the back of who cancelled it.
        page.wait_for_timeout(1_500)
        assert made(visitor) == kept


def made(visitor: Visitor) -> int:
    """Return how many of a long list are there."""
    count, cursor = 0, ""
    while True:
        address = f"{visitor.address}/api/v1/endpoints?search=Long&limit=500{cursor}"
        told = visitor.page.request.get(address).json()
        count += len(told["data"])
        if not told.get("nextCursor"):
            return count
        cursor = f"&cursor={told['nextCursor']}"
