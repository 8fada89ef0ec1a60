"""Two people at one thing, two clicks where one was meant, and a second try after a failure."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.visitor import Visitor

from wattledger.domain.instant import DAY

DELETED, TESTED, DECLARED, UNDECLARED = 1, 2, 3, 4
REFUSED = "Failed to load resource"
"""What the browser itself says of each answer that is refused here."""


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(4, 2 * DAY)


@contextmanager
def failing(page: Page, address: str, method: str = "POST") -> Iterator[None]:
    """Let the server fail at what is asked of it by a method."""

    def fail(route: Route) -> None:
        told = {"code": "internal", "message": "The disk is full."}
        if route.request.method == method:
            route.fulfill(status=500, json={"error": told})
        else:
            route.fallback()

    page.route(address, fail)
    yield
    page.unroute(address)


def forget_faults(visitor: Visitor) -> None:
    """Take what was provoked off the list."""
    visitor.found_no_fault(but=REFUSED)
    visitor.faults.clear()


def asked(page: Page, address: str) -> list[str | None]:
    """Return what is sent from now on to an address that ends so; it grows."""
    sent: list[str | None] = []
    page.on(
        "request",
        lambda request: (
            sent.append(request.post_data)
            if request.method == "POST" and request.url.endswith(address)
            else None
        ),
    )
    return sent


def more(page: Page, name: str, what: str) -> None:
    """Choose from the menu of a row."""
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name=what).click()


def is_told_that_it_was_changed(visitor: Visitor, dialog: Locator) -> None:
    """Assert that saving is refused and what is stored now can be looked at."""
    dialog.get_by_role("button", name="Save").click()
    dialog.get_by_role("button", name="Load it anew").click()
    expect(dialog.get_by_role("button", name="Load it anew")).to_have_count(0)
    forget_faults(visitor)


def test_a_job_that_somebody_else_changed_is_not_overwritten(visit: Visit) -> None:
    with visit("/jobs") as visitor, visit("/jobs") as other:
        page = visitor.page
        page.get_by_role("button", name="Add job").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("Nightly")
        dialog.get_by_role("combobox", name="Runs").click()
        page.get_by_role("option").first.click()
        dialog.get_by_role("button", name="Save").click()
        more(page, "Nightly", "Change")
        dialog.get_by_label("Description").fill("Mine")
        other.page.reload()
        more(other.page, "Nightly", "Change")
        theirs = other.page.get_by_role("dialog")
        theirs.get_by_label("When (cron)").fill("0 5 * * *")
        theirs.get_by_role("button", name="Save").click()
        expect(theirs).to_have_count(0)
        is_told_that_it_was_changed(visitor, dialog)
        expect(dialog.get_by_label("When (cron)")).to_have_value("0 5 * * *")
        # What only oneself changed stays.
        expect(dialog.get_by_label("Description")).to_have_value("Mine")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)


def test_a_user_whom_somebody_else_changed_is_not_overwritten(visit: Visit) -> None:
    with visit("/access") as visitor, visit("/access") as other:
        change = re.compile("^Change Ada")
        visitor.page.get_by_role("button", name=change).first.click()
        dialog = visitor.page.get_by_role("dialog")
        dialog.get_by_label("Full name").fill("Ada Mine")
        other.page.get_by_role("button", name=change).first.click()
        theirs = other.page.get_by_role("dialog")
        theirs.get_by_label("Full name").fill("Ada Theirs")
        theirs.get_by_role("button", name="Save").click()
        expect(theirs).to_have_count(0)
        is_told_that_it_was_changed(visitor, dialog)
        expect(dialog.get_by_label("Full name")).to_have_value("Ada Theirs")
        expect(dialog.get_by_text("You had “Ada Mine”.")).to_be_visible()


def test_a_channel_that_is_turned_off_stays_else_as_somebody_else_changed_it(visit: Visit) -> None:
    with visit("/alerts?tab=channels") as visitor:
        page = visitor.page
        page.get_by_role("button", name=re.compile("Add (channel|the first one)")).click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("textbox", name="Name", exact=True).fill("Night shift")
        page.get_by_role("combobox", name="By", exact=True).click()
        page.get_by_role("option", name="A program of yours").click()
        dialog.get_by_role("textbox", name="Address").fill("json://10.1.1.1/hook")
        dialog.get_by_role("button", name="Save").click()
        expect(dialog).to_have_count(0)
        with visit("/alerts?tab=channels") as other:
            more(other.page, "Night shift", "Change")
            theirs = other.page.get_by_role("dialog")
            theirs.get_by_label("Wait before telling").fill("45")
            theirs.get_by_role("button", name="Save").click()
            expect(theirs).to_have_count(0)
        more(page, "Night shift", "Turn off")
        shown = page.get_by_role("listitem").filter(has_text="Night shift")
        expect(shown).to_contain_text("Off")
        expect(shown).to_contain_text("after 45 min")


def test_a_double_click_reads_a_device_once(visit: Visit) -> None:
    with visit(f"/endpoints/{public_id(TESTED)}") as visitor:
        page = visitor.page
        sent = asked(page, "/test")
        page.get_by_role("button", name="Test", exact=True).dblclick()
        expect(page.get_by_role("button", name="Test again")).to_be_enabled()
        assert len(sent) == 1


def test_the_way_back_from_a_delete_stays_until_it_was_gone(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        page.get_by_role("checkbox", name=f"Choose {name_of(DELETED)}").check()
        page.get_by_role("button", name="Delete").click()
        undo = page.get_by_role("button", name="Undo")
        with failing(page, "**/endpoints/bulk"):
            undo.click()
            told = page.get_by_role("alert").filter(has_text="1 not restored")
            expect(told).to_contain_text("The disk is full.")
            visitor.is_accessible()
        undo.click()
        expect(page.get_by_role("link", name=name_of(DELETED))).to_be_visible()
        forget_faults(visitor)


def test_who_could_not_be_signed_out_is_told_so(visit: Visit) -> None:
    with visit("/") as visitor:
        page = visitor.page
        with failing(page, "**/api/v1/session", "DELETE"):
            page.get_by_role("button", name="Ada Admin").click()
            page.get_by_role("menuitem", name="Sign out").click()
            told = page.get_by_role("alert").filter(has_text="You are still signed in.")
            expect(told).to_contain_text("The disk is full.")
        forget_faults(visitor)


def test_a_link_is_tried_again_where_the_server_could_not_look_at_it(visit: Visit) -> None:
    with visit("/") as visitor:
        page = visitor.page
        page.context.clear_cookies()
        with failing(page, "**/session/link"):
            page.goto(f"{visitor.address}/sign-in-link#A-SECRET")
            expect(page.get_by_role("heading", level=1)).to_have_text("You are not signed in yet")
            expect(page.get_by_role("alert")).to_contain_text("The disk is full.")
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work")
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)
        forget_faults(visitor)


def test_a_file_is_looked_at_again_where_the_server_failed(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Import and export").click()
        page.get_by_role("menuitem", name="Import a list").click()
        dialog = page.get_by_role("dialog")
        text = b"endpoint,address\nNew rack,10.1.1.1\n"
        with failing(page, "**/imports/endpoints?**"):
            dialog.locator("input[type=file]").set_input_files(
                {"name": "list.csv", "mimeType": "text/csv", "buffer": text}
            )
            expect(dialog.get_by_role("alert")).to_contain_text("The disk is full.")
        dialog.get_by_role("button", name="Try again").click()
        expect(dialog.get_by_role("status")).to_contain_text("1 would be made")
        forget_faults(visitor)


def test_what_is_declared_is_what_was_shown(visit: Visit) -> None:
    with visit(f"/endpoints/{public_id(DECLARED)}?tab=events") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Declare a swap").click()
        dialog = page.get_by_role("dialog")
        why = dialog.get_by_label("Why")
        why.fill("As it was shown.")
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route)

        page.route("**/events?dryRun=true", hold)
        dialog.get_by_role("button", name="Show what changes").click()
        why.fill("As it was typed while the server looked.")
        while not held:
            page.wait_for_timeout(20)
        held.pop().continue_()
        with failing(page, "**/events?dryRun=false"):
            dialog.get_by_role("button", name="Declare the swap").click()
            expect(dialog.get_by_role("alert")).to_contain_text("The disk is full.")
        dialog.get_by_role("button", name="Declare the swap").click()
        events = page.get_by_role("table", name="Register events")
        expect(events).to_contain_text("As it was shown.")
        forget_faults(visitor)


def test_what_failed_is_told_no_more_where_one_went_back(visit: Visit) -> None:
    with visit(f"/endpoints/{public_id(UNDECLARED)}?tab=events") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Declare a swap").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Why").fill("Exchanged.")
        dialog.get_by_role("button", name="Show what changes").click()
        with failing(page, "**/events?dryRun=false"):
            dialog.get_by_role("button", name="Declare the swap").click()
            expect(dialog.get_by_role("alert")).to_be_visible()
        dialog.get_by_role("button", name="Back").click()
        expect(dialog.get_by_label("Why")).to_have_value("Exchanged.")
        expect(dialog.get_by_role("alert")).to_have_count(0)
        forget_faults(visitor)


def test_the_palette_opens_from_a_field_too(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        page.get_by_role("textbox", name="Find by name").press("Control+k")
        expect(page.get_by_role("dialog", name="Go to a page")).to_be_visible()


def test_a_wait_of_no_whole_milliseconds_is_refused_and_not_left_out(visit: Visit) -> None:
    with visit("/setup") as visitor:
        page = visitor.page
        page.get_by_role("textbox", name="Name", exact=True).fill("Rack Z1")
        page.get_by_role("textbox", name="Address").fill("10.1.1.2")
        page.get_by_role("textbox", name="Energy register").fill("#kwh")
        page.get_by_role("button", name="Add a step").click()
        page.get_by_role("combobox", name="Step 1: what to do").click()
        page.get_by_role("option", name="Wait").click()
        page.get_by_label("Step 1: For").fill(".value")
        wait = page.get_by_label("Step 1: or milliseconds")
        wait.fill("1,5 s")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Write it like 1500.")).to_be_visible()
        expect(wait).to_be_focused()


def test_a_double_click_deletes_a_job_once_and_undo_brings_it_back_as_it_was(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Add job").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("Spare")
        dialog.get_by_role("combobox", name="Runs").click()
        page.get_by_role("option").first.click()
        dialog.get_by_role("button", name="Save").click()
        more(page, "Spare", "Delete")
        page.get_by_role("button", name="Delete", exact=True).dblclick()
        expect(page.get_by_text("The job Spare is deleted")).to_be_visible()
        page.wait_for_timeout(300)
        expect(page.get_by_text("There is no job '")).to_have_count(0)
        page.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("The job Spare is restored.")).to_be_visible()
        row = page.get_by_role("row").filter(has_text="Spare")
        expect(row.get_by_role("switch")).to_be_checked()
        visitor.is_accessible()
