"""What a person says of a register on its page: held readings decided, settings, an end."""

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, public_id
from tests.pages.hall_server import HallServer, clock
from tests.pages.looks import LOOKS, in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.instant import DAY, MINUTE
from wattledger.domain.permission import Role
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.register_history import ReadingWindow, newest_readings

ACCEPTED = dict(zip(LOOKS, (2, 3, 4, 5), strict=True))
DECLARED = dict(zip(LOOKS, (8, 9, 10, 11), strict=True))
TWICE, GOOD, WATCHED = 6, 12, 14
TENTH = 100_000
LEAP = 400_000 * TENTH


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(15, 2 * DAY)


def leap(server: HallServer, rack: int, *more: int) -> None:
    """Let the register of a rack go where it cannot have gone; more are read at that instant."""
    with server.database.begin() as connection:
        newest = newest_readings(connection, rack, ReadingWindow(), 1)[0].booked
        at = clock() - MINUTE
        for beside in (0, *more):
            total = newest.total_milliwh + LEAP + beside
            book(connection, {rack: [NewReading(at, total, TENTH)]})


def readings_of(page: Page) -> Locator:
    """Return the table of readings."""
    return page.get_by_role("table", name="Readings")


def choose(page: Page, word: str) -> None:
    """Choose what a menu offers, and wait until the menu is gone."""
    page.get_by_role("menuitem", name=word).click()
    expect(page.get_by_role("menu")).to_have_count(0)


def decide(page: Page, verb: str) -> Locator:
    """Choose what to do about the newest reading that is listed; returns the dialog."""
    readings_of(page).get_by_role("button", name="Decide about the reading").first.click()
    choose(page, verb)
    return page.get_by_role("dialog")


def say_why(dialog: Locator, verb: str) -> None:
    """Give a reason, look at what changes, and do it."""
    dialog.get_by_label("Why").fill("Looked at on the spot.")
    dialog.get_by_role("button", name="Show what changes").click()
    dialog.get_by_role("button", name=verb).click()
    expect(dialog).to_have_count(0)


@in_every_look
def test_a_held_reading_is_led_to_by_its_alert_and_accepted(
    visit: Visit, server: HallServer, size: tuple[int, int], scheme: Scheme
) -> None:
    rack = ACCEPTED[size, scheme]
    leap(server, rack)
    with visit("/alerts?kind=held", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.locator(f'a[href^="/endpoints/{public_id(rack)}?"]').click()
        expect(readings_of(page).get_by_role("row").nth(1)).to_contain_text("held")
        expect(readings_of(page).locator("tbody tr[aria-rowindex]")).to_have_count(1)
        visitor.is_accessible()
        visitor.has_no_overflow()
        dialog = decide(page, "Accept it")
        expect(dialog).to_contain_text("held")
        visitor.is_accessible()
        visitor.fits()
        say_why(dialog, "Accept it")
        expect(page.get_by_text("No reading is held in this time.")).to_be_visible()
        visitor.is_accessible()
        page.get_by_role("button", name="Show all").click()
        expect(readings_of(page).get_by_role("row").nth(1)).to_contain_text("good")


def test_of_two_values_of_an_instant_a_person_says_which_is_right(
    visit: Visit, server: HallServer
) -> None:
    leap(server, TWICE, 7 * TENTH)
    with visit(f"/endpoints/{public_id(TWICE)}?tab=readings&readings=held") as visitor:
        dialog = decide(visitor.page, "Accept it")
        dialog.get_by_label("Why").fill("Looked at on the spot.")
        expect(dialog.get_by_role("button", name="Show what changes")).to_be_disabled()
        dialog.get_by_label("Which number is right").click()
        visitor.page.get_by_role("option").nth(1).click()
        say_why(dialog, "Accept it")
        expect(visitor.page.get_by_text("No reading is held in this time.")).to_be_visible()


def test_a_wrong_reading_is_rejected_and_stays_listed(visit: Visit) -> None:
    with visit(f"/endpoints/{public_id(GOOD)}?tab=readings") as visitor:
        say_why(decide(visitor.page, "Reject it"), "Reject it")
        expect(readings_of(visitor.page).get_by_role("row").nth(1)).to_contain_text("rejected")


@in_every_look
def test_settings_of_a_day_and_an_end_are_declared(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    rack = DECLARED[size, scheme]
    with visit(f"/endpoints/{public_id(rack)}?tab=events", size=size, scheme=scheme) as visitor:
        page = visitor.page
        for word, verb, listed in (
            ("Settings changed on a day", "Declare the settings", "Other settings"),
            ("Taken out of use", "End the meter", "Taken out of use"),
        ):
            page.get_by_role("button", name="Something else").click()
            choose(page, word)
            dialog = page.get_by_role("dialog", name=word)
            if "Settings" in word:
                dialog.get_by_label("Multiplier").fill("2")
            visitor.is_accessible()
            visitor.fits()
            say_why(dialog, verb)
            events = page.get_by_role("table", name="Register events")
            expect(events).to_contain_text(listed)
        visitor.has_no_overflow()


def test_who_may_not_correct_sees_held_readings_and_decides_nothing(
    visit: Visit, server: HallServer
) -> None:
    leap(server, WATCHED)
    address = f"/endpoints/{public_id(WATCHED)}?tab=readings&readings=held"
    with visit(address, role=Role.VIEWER) as visitor:
        expect(readings_of(visitor.page).get_by_role("row").nth(1)).to_contain_text("held")
        expect(visitor.page.get_by_role("button", name="Decide about")).to_have_count(0)
