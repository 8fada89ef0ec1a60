"""How a meter is set up on its endpoint's page: breaker, multiplier, display, place."""

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, public_id
from tests.pages.hall_server import HallServer
from tests.pages.looks import LOOKS, in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role
from wattledger.store.meter_rows import find_meter, update_meter

RACKS = dict(zip(LOOKS, (1, 2, 3, 4), strict=True))
MEANWHILE, READ_ONLY = 5, 6


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(6, 2 * DAY)


def open_dialog(page: Page) -> Locator:
    """Open how the meter is set up."""
    meters = page.get_by_role("table", name="Meters")
    meters.get_by_role("button", name="Set up meter total").click()
    return page.get_by_role("dialog", name="Meter total")


@in_every_look
def test_a_meter_is_set_up_on_the_page_of_its_endpoint(
    visit: Visit, server: HallServer, size: tuple[int, int], scheme: Scheme
) -> None:
    rack = RACKS[size, scheme]
    with visit(f"/endpoints/{public_id(rack)}", size=size, scheme=scheme) as visitor:
        page = visitor.page
        dialog = open_dialog(page)
        expect(dialog.get_by_label("Step of the display, kWh")).to_have_value("0.1")
        dialog.get_by_label("Breaker, kW").fill("11,1")
        dialog.get_by_label("Multiplier").fill("40")
        dialog.get_by_label("Runs over at, kWh").fill("100000")
        dialog.get_by_label("Rack").fill("A07")
        dialog.get_by_label("Feed").click()
        page.get_by_role("option", name="B").click()
        expect(dialog.get_by_text("All months of this meter are reckoned anew")).to_be_visible()
        visitor.is_accessible()
        visitor.fits()
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        row = page.get_by_role("table", name="Meters").get_by_role("row").nth(1)
        expect(row).to_contain_text("11.1 kW")
        expect(row).to_contain_text("× 40")  # noqa: RUF001 - as it stands there
        visitor.has_no_overflow()
    with server.database.connect() as connection:
        stored = find_meter(connection, rack)
    assert (stored.p_max_mw, stored.multiplier) == (11_100_000, "40")
    assert (stored.resolution_milliwh, stored.modulus_milliwh) == (100_000, 100_000_000_000)
    assert (stored.rack, stored.feed) == ("A07", "B")


@in_every_look
def test_a_setting_that_cannot_hold_is_refused_where_it_stands(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/endpoints/{public_id(READ_ONLY)}", size=size, scheme=scheme) as visitor:
        dialog = open_dialog(visitor.page)
        breaker = dialog.get_by_label("Breaker, kW")
        save = dialog.get_by_role("button", name="Save")
        expect(breaker).to_have_value("7.4")
        expect(save).to_be_disabled()
        breaker.fill("11 kW")
        save.click()
        expect(dialog.get_by_text("Write it like 12.5")).to_be_visible()
        breaker.fill("")
        save.click()
        expect(dialog.get_by_text("cannot be taken out; give its value").first).to_be_visible()
        visitor.is_accessible()
        visitor.fits()
        visitor.found_no_fault(but="422")
        visitor.faults.clear()


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    visit: Visit, server: HallServer
) -> None:
    with visit(f"/endpoints/{public_id(MEANWHILE)}") as visitor:
        page = visitor.page
        dialog = open_dialog(page)
        dialog.get_by_label("Rack").fill("A05")
        with server.database.begin() as connection:
            update_meter(connection, MEANWHILE, rack="C12")
        dialog.get_by_role("button", name="Save").click()
        dialog.get_by_role("button", name="Load it anew").click()
        expect(dialog.get_by_label("Rack")).to_have_value("C12")
        visitor.found_no_fault(but="412")
        visitor.faults.clear()


def test_who_may_not_correct_is_not_offered_it(visit: Visit) -> None:
    with visit(f"/endpoints/{public_id(READ_ONLY)}", role=Role.VIEWER) as visitor:
        expect(visitor.page.get_by_role("table", name="Meters")).to_contain_text("7.4 kW")
        expect(visitor.page.get_by_role("button", name="Set up meter total")).to_have_count(0)
