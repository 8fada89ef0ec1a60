"""The page of an endpoint: what it does, what it used, and what the figures rest on."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.pages.conftest import Visit
from tests.pages.evidence import answering, keep_failure
from tests.pages.hall import CLIENTS, Hall, name_of, public_id
from tests.pages.hall_server import HallServer
from tests.pages.looks import LOOKS, in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role
from wattledger.store.login_tries import set_tries

RACK, OTHER, FAILING, READ, REFUSED, FRESH = 3, 4, 13, 5, 6, 14
SWAPPED = dict(zip(LOOKS, (8, 10, 11, 12), strict=True))
CHARTS = ("Power, last 30 days, kW", "Energy by month, kWh", "Average power by day and hour")


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall with a month behind it."""
    return Hall(15, 35 * DAY)


def at(number: int, rest: str = "") -> str:
    """Return the address of a rack's page."""
    return f"/endpoints/{public_id(number)}{rest}"


def tell_of(page: Page, title: str, text: str) -> None:
    """Assert what a cell of the strip of figures tells."""
    cell = page.locator("dl > div").filter(has=page.get_by_text(title, exact=True))
    expect(cell).to_contain_text(text)


@in_every_look
def test_an_endpoint_shows_its_figures_and_each_chart_as_a_table(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(at(RACK), size=size, scheme=scheme) as visitor:
        page = visitor.page
        expect(page.get_by_role("heading", level=1)).to_have_text(name_of(RACK))
        tell_of(page, "Power now", "of 7.40 kW")
        tell_of(page, "This month", "kWh")
        tell_of(page, "Register", "read")
        tell_of(page, "Month forecast", "from the last 7 days")
        for title in CHARTS:
            expect(page.get_by_role("img", name=title)).to_be_visible()
        visitor.is_accessible()
        visitor.has_no_overflow()
        for title in CHARTS:
            page.get_by_role("button", name=f"Show as table: {title}").click()
        hours = page.get_by_role("table", name="Power, last 30 days, kW")
        expect(hours.get_by_role("row").nth(5)).to_contain_text("measured")
        months = page.get_by_role("table", name="Energy by month, kWh")
        expect(months.get_by_role("row").last).to_contain_text("so far")
        visitor.is_accessible()
        visitor.has_no_overflow()


@in_every_look
def test_the_time_that_is_shown_stands_in_the_address(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(at(RACK), size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_text("7 d", exact=True).click()
        expect(page.get_by_role("heading", name="Power, last 7 days, kW")).to_be_visible()
        expect(page).to_have_url(f"{visitor.address}{at(RACK, '?range=7d')}")
        page.get_by_text("From–to").click()  # noqa: RUF001 - as it stands there
        page.get_by_label("From", exact=True).fill("0002-01-05")
        expect(page.get_by_label("From", exact=True)).to_have_attribute("aria-invalid", "true")
        assert "0002" not in page.url, "nothing is asked for while a year is being typed"
        page.get_by_label("From", exact=True).fill("2026-01-05")
        page.get_by_label("To, included").fill("2026-01-06")
        title = "Power, 5 Jan 2026 – 6 Jan 2026, kW"  # noqa: RUF001 - as it stands there
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_text("Nothing was read in this time.")).to_be_visible()
        expect(page).to_have_url(f"{visitor.address}{at(RACK, '?from=2026-01-05&to=2026-01-06')}")
        visitor.is_accessible()
        visitor.fits()


def test_the_first_attempt_at_a_new_endpoint_is_seen_soon(visit: Visit, server: HallServer) -> None:
    with visit(at(FRESH)) as visitor:
        expect(visitor.page.get_by_text("No attempt is kept.")).to_be_visible()
        keep_failure(server, FRESH)
        attempts = visitor.page.get_by_role("table", name="Last attempts")
        expect(attempts).to_contain_text("Not on the page", timeout=30_000)


@in_every_look
def test_a_failed_attempt_leads_to_its_evidence_and_a_changed_recipe(
    visit: Visit, server: HallServer, size: tuple[int, int], scheme: Scheme
) -> None:
    attempt = keep_failure(server, FAILING)
    with visit(at(FAILING), size=size, scheme=scheme) as visitor:
        page = visitor.page
        tell_of(page, "Power now", "–")  # noqa: RUF001 - what is missing
        why = page.get_by_role("alert").filter(has_text="It could not be read.")
        expect(why).to_contain_text("Nothing on the page matches #kwh.")
        attempts = page.get_by_role("table", name="Last attempts")
        attempts.get_by_role("row").nth(1).get_by_role("link").click()
        expect(page).to_have_url(f"{visitor.address}{at(FAILING, f'?attempt={attempt}')}")
        drawer = page.get_by_role("dialog", name="Evidence of a read")
        expect(drawer).to_contain_text("Nothing on the page matches #kwh.")
        picture = drawer.get_by_role("img", name="The device's page")
        expect(picture).to_have_js_property("naturalWidth", 320)
        expect(drawer.get_by_role("listitem").nth(1)).to_contain_text("Log in")
        drawer.get_by_text("Headers", exact=True).click()
        expect(drawer.get_by_text("PDU-Web 2.1")).to_be_visible()
        expect(drawer.get_by_label("The page as text")).to_contain_text("<h1>Rack PDU</h1>")
        drawer.get_by_role("button", name="Try a changed recipe").click()
        selector = drawer.get_by_label("Where the register stands")
        expect(selector).to_have_value("#kwh")
        selector.fill("#total")
        drawer.get_by_role("button", name="Try it").click()
        expect(drawer.get_by_text("1,234.5 kWh")).to_be_visible()
        visitor.is_accessible()
        page.keyboard.press("Escape")
        expect(page).to_have_url(f"{visitor.address}{at(FAILING)}")


@in_every_look
def test_a_swap_is_shown_before_it_is_declared_and_can_be_withdrawn(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    rack = SWAPPED[size, scheme]
    with visit(at(rack, "?tab=events"), size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Declare a swap").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Old register at the end").fill("1.200.5")
        expect(dialog.get_by_text("Write it like 12345.67")).to_be_visible()
        dialog.get_by_label("Old register at the end").fill("")
        dialog.get_by_label("New register at the start").fill("0.10")
        dialog.get_by_label("Why").fill("Exchanged for a larger one.")
        visitor.is_accessible()
        dialog.get_by_role("button", name="Show what changes").click()
        expect(dialog.get_by_text("than before")).to_be_visible()
        expect(page.get_by_role("table", name="Register events")).to_have_count(0)
        visitor.is_accessible()
        dialog.get_by_role("button", name="Declare the swap").click()
        events = page.get_by_role("table", name="Register events")
        expect(events).to_contain_text("Exchanged for a larger one. (admin-")
        events.get_by_role("button", name="Withdraw").click()
        dialog.get_by_label("Why it counts no longer").fill("It was the other rack.")
        dialog.get_by_role("button", name="Show what changes").click()
        dialog.get_by_role("button", name="Withdraw it").click()
        expect(events).to_contain_text(re.compile("Withdrawn by admin-.*: It was the other rack."))
        expect(events.get_by_role("button", name="Withdraw")).to_have_count(0)
        visitor.is_accessible()
        page.get_by_role("tab", name="Readings").click()
        readings_stand_below_each_other(page)
        visitor.is_accessible()
        visitor.fits()


def readings_stand_below_each_other(page: Page) -> None:
    """Assert that readings are told, all to the digit that the register shows."""
    readings = page.get_by_role("table", name="Readings")
    expect(readings.get_by_role("row").nth(3)).to_contain_text("goes on")
    figures = readings.locator("tbody tr[aria-rowindex] td:nth-child(2)").all_inner_texts()
    assert all(re.fullmatch(r"[\d,]+\.\d", figure) for figure in figures), figures


@in_every_look
def test_a_device_is_tested_by_hand(
    visit: Visit, server: HallServer, size: tuple[int, int], scheme: Scheme
) -> None:
    with answering(server, READ), visit(at(READ), size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Test", exact=True).click()
        dialog = page.get_by_role("dialog", name="Test reading")
        expect(dialog.get_by_text("4,321.5 kWh")).to_be_visible()
        visitor.is_accessible()
        visitor.has_no_overflow()


def test_a_refused_login_is_told_of_until_a_test_shows_that_it_works(
    visit: Visit, server: HallServer
) -> None:
    with server.database.begin() as connection:
        set_tries(connection, [REFUSED], 0)
    with answering(server, REFUSED), visit(at(REFUSED), scheme="dark") as visitor:
        page = visitor.page
        notice = page.get_by_text("The device refused the login.")
        expect(notice).to_be_visible()
        visitor.is_accessible()
        visitor.has_no_overflow()
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.get_by_role("dialog").get_by_text("4,321.5 kWh")).to_be_visible()
        expect(notice).to_have_count(0)


def test_a_client_sees_what_serves_it_and_nothing_else(visit: Visit) -> None:
    own = RACK * 7 % len(CLIENTS) + 1
    with visit(at(RACK), role=Role.CLIENT, client_id=own) as visitor:
        page = visitor.page
        for title in CHARTS:
            expect(page.get_by_role("img", name=title)).to_be_visible()
        expect(page.get_by_role("table", name="Readings")).to_be_visible()
        expect(page.get_by_role("tab")).to_have_count(1)
        for name in ("Test", "Edit"):
            expect(page.get_by_text(name, exact=True)).to_have_count(0)
        visitor.is_accessible()
        page.goto(f"{visitor.address}/")
        expect(page.get_by_role("link", name=name_of(RACK))).to_be_visible()
        expect(page.get_by_role("link", name=name_of(OTHER))).to_have_count(0)
        visitor.found_no_fault()
        page.goto(f"{visitor.address}{at(OTHER)}")
        expect(page.get_by_text("No meter of yours has this address.")).to_be_visible()
        page.goto(f"{visitor.address}/")  # all that it asked for has been refused, or given up
        visitor.faults.clear()
