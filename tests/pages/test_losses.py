"""What was typed or is shown stays: where a session ends, the server fails, or a click misses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from tests.pages.conftest import DESK, Visit
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.hall_server import HallServer, clock
from tests.pages.visitor import Visitor

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role
from wattledger.secrets.passwords import hash_password
from wattledger.store.users import NewUser, insert_user

RACK = 3
NAME, OTHER, PASSWORD = "grace", "barbara", "a long enough password"
ADDRESS = f"/endpoints/{public_id(RACK)}"
FAILED = "Failed to load resource"
"""What the browser itself says of each answer that is refused here."""


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(8, 2 * DAY)


@contextmanager
def failing(page: Page, address: str | re.Pattern[str]) -> Iterator[None]:
    """Let the server fail to answer some addresses."""

    def fail(route: Route) -> None:
        told = {"code": "internal", "message": "The disk is full."}
        route.fulfill(status=500, json={"error": told})

    page.route(address, fail)
    yield
    page.unroute(address)


def come_back_later(page: Page) -> None:
    """Let somebody come back to the window after a while, which asks for all anew."""
    page.clock.run_for(90_000)
    page.evaluate("dispatchEvent(new Event('visibilitychange'))")
    for _ in range(40):
        page.clock.run_for(500)
        page.wait_for_timeout(20)


def forget_faults(visitor: Visitor, but: str = FAILED) -> None:
    """Take what was provoked off the list."""
    visitor.found_no_fault(but=but)
    visitor.faults.clear()


def test_a_form_stays_while_the_server_cannot_say_who_is_signed_in(visit: Visit) -> None:
    with visit("/setup") as visitor:
        page = visitor.page
        page.clock.install()
        name = page.get_by_role("textbox", name="Name", exact=True)
        name.fill("Rack Z9")
        with failing(page, "**/api/v1/session"):
            come_back_later(page)
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a meter")
        expect(name).to_have_value("Rack Z9")
        forget_faults(visitor)


@pytest.fixture(scope="module")
def people(server: HallServer) -> None:
    """Let there be people with a password."""
    with server.database.begin() as connection:
        for name in (NAME, OTHER):
            user = NewUser(name, name.title(), Role.ADMIN, password_hash=hash_password(PASSWORD))
            insert_user(connection, user, clock())


@pytest.fixture
def grace(chromium: Browser, server: HallServer, people: None) -> Iterator[Visitor]:  # noqa: ARG001
    """Return one of them who is signed in."""
    with Visitor.of(chromium, DESK, "light") as visitor:
        visitor.enter(server)
        visitor.go("/")
        sign_in_again(visitor)
        yield visitor
        forget_faults(visitor)


def sign_in_again(visitor: Visitor, name: str = NAME) -> None:
    """End the session, see that it ended, and sign in with the password."""
    page = visitor.page
    page.context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.get_by_role("dialog")).to_have_count(0)
    visitor.is_accessible()
    page.get_by_role("textbox", name="Name").fill(name)
    page.locator("main input[type=password]:visible").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_have_count(0)


def test_who_signs_in_again_goes_on_with_a_form(grace: Visitor) -> None:
    grace.go(f"{ADDRESS}/edit")
    page = grace.page
    page.get_by_label("Vendor").fill("Raritan")
    sign_in_again(grace)
    expect(page.get_by_label("Vendor")).to_have_value("Raritan")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{name_of(RACK)} is saved.")).to_be_visible()
    # The stream goes on, too.
    expect(page.get_by_role("status").filter(has_text="Reconnecting")).to_have_count(0)


def test_who_signs_in_again_goes_on_in_a_dialog(grace: Visitor) -> None:
    grace.go(ADDRESS)
    page = grace.page
    page.get_by_role("button", name="Set up meter total").click()
    page.get_by_label("Rack").fill("Z9")
    sign_in_again(grace)
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.get_by_label("Rack")).to_have_value("Z9")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Meter total is saved.")).to_be_visible()


def test_somebody_else_who_signs_in_sees_nothing_of_it(grace: Visitor) -> None:
    grace.go(f"{ADDRESS}/edit")
    page = grace.page
    page.get_by_label("Vendor").fill("Secret")
    sign_in_again(grace, OTHER)
    expect(page.get_by_role("button", name="Barbara")).to_be_visible()
    expect(page.get_by_label("Vendor")).not_to_have_value("Secret")


def test_a_meter_that_is_set_up_stays_open_where_its_page_cannot_be_read_anew(
    visit: Visit,
) -> None:
    with visit(ADDRESS) as visitor:
        page = visitor.page
        page.clock.install()
        page.get_by_role("button", name="Set up meter total").click()
        page.get_by_label("Multiplier").fill("40")
        with failing(page, "**/api/v1/meters?**"):
            come_back_later(page)
            expect(page.get_by_text("The meters could not be read.")).to_be_visible()
        expect(page.get_by_label("Multiplier")).to_have_value("40")
        forget_faults(visitor)


def open_job(page: Page, name: str) -> Locator:
    """Open a job to be changed, by the keyboard."""
    page.get_by_role("button", name=f"More for {name}").press("Enter")
    page.get_by_role("menuitem", name="Change").press("Enter")
    dialog = page.get_by_role("dialog", name=f"Change {name}")
    expect(dialog).to_be_visible()
    return dialog


def add_job(page: Page, name: str) -> None:
    """Add a job that reads what is due; what is typed last counts without leaving its field."""
    page.get_by_role("button", name="Add job").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill(name)
    dialog.get_by_role("combobox", name="Runs").click()
    page.get_by_role("option").first.click()
    size = dialog.get_by_label("Batch size")
    size.fill("")
    size.press_sequentially("20")
    endpoints = dialog.get_by_label("Endpoints")
    endpoints.fill("due")
    endpoints.press("Enter")
    expect(dialog).to_have_count(0)


def test_a_job_is_made_as_it_was_typed_and_stays_open_where_jobs_cannot_be_read_anew(
    visit: Visit,
) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        add_job(page, "Nightly")
        page.clock.install()
        dialog = open_job(page, "Nightly")
        expect(dialog.get_by_label("Endpoints")).to_have_value("due")
        expect(dialog.get_by_label("Batch size")).to_have_value("20")
        dialog.get_by_label("Description").fill("Before the office opens")
        with failing(page, "**/api/v1/jobs?**"):
            come_back_later(page)
            expect(page.get_by_text("The jobs could not be read.")).to_be_visible()
        expect(dialog.get_by_label("Description")).to_have_value("Before the office opens")
        expect(page.get_by_role("table", name="Jobs")).to_contain_text("Nightly")
        dialog.press("Escape")
        expect(dialog).to_have_count(0)
        # The keyboard goes on where it was.
        expect(page.get_by_role("button", name="More for Nightly")).to_be_focused()
        forget_faults(visitor)


def test_a_job_is_changed_also_where_it_cannot_be_read_what_can_run(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        add_job(page, "Weekly")
        with failing(page, "**/api/v1/modules?**"):
            page.reload()
            dialog = open_job(page, "Weekly")
            expect(dialog.get_by_text("What can be run could not be read.")).to_be_visible()
            dialog.get_by_label("Description").fill("On Mondays")
            dialog.get_by_role("button", name="Save").click()
            expect(dialog).to_have_count(0)
        expect(page.get_by_role("table", name="Jobs")).to_contain_text("On Mondays")
        forget_faults(visitor)


@pytest.mark.parametrize(
    ("path", "role", "name"),
    [
        ("/alerts", "list", "Open alerts"),
        ("/endpoints", "table", "Endpoints"),
        ("/reports", "table", "The month by client and meter"),
        (ADDRESS, "img", re.compile("^Power, ")),
    ],
)
def test_what_was_read_stays_where_it_cannot_be_read_anew(
    visit: Visit, path: str, role: Literal["list", "table", "img"], name: str | re.Pattern[str]
) -> None:
    with visit(path) as visitor:
        page = visitor.page
        shown = page.get_by_role(role, name=name)
        expect(shown).to_be_visible()
        expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
        page.clock.install()
        with failing(page, re.compile(r"/api/v1/(?!session|consumption/live)")):
            come_back_later(page)
            expect(page.get_by_role("alert").first).to_contain_text("The disk is full.")
            expect(shown).to_be_visible()
        forget_faults(visitor)


def test_who_leaves_a_page_with_something_typed_is_asked_first(visit: Visit) -> None:
    with visit("/setup") as visitor:
        page = visitor.page
        jobs = page.get_by_role("navigation").first.get_by_role("link", name="Jobs")
        name = page.get_by_role("textbox", name="Name", exact=True)
        name.fill("Half a meter")
        jobs.click()
        dialog = page.get_by_role("dialog", name="Leave without saving?")
        visitor.is_accessible()
        dialog.get_by_role("button", name="Stay").click()
        expect(dialog).to_have_count(0)
        expect(name).to_have_value("Half a meter")
        jobs.click()
        dialog.get_by_role("button", name="Leave").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")
        page.get_by_role("navigation").first.get_by_role("link", name="Set up").click()
        expect(name).to_have_value("")
        # Where nothing was typed, nothing is asked.
        jobs.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Jobs")


def test_what_is_shown_once_stays_until_it_is_put_away(visit: Visit) -> None:
    with visit("/access?tab=tokens") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Make").first.click()
        page.get_by_label("Name").fill("Billing script")
        page.get_by_role("button", name="Make it").click()
        secret = page.get_by_role("textbox", name="Token")
        expect(secret).to_be_visible()
        page.mouse.click(10, 450)
        page.wait_for_timeout(300)
        expect(secret).to_be_visible()
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "opens", "choice"),
    [
        (ADDRESS, "Set up meter total", None),
        (f"{ADDRESS}?tab=events", "Declare a swap", None),
        ("/access", "Change Ada Admin", None),
        ("/endpoints", "Import and export", "Import a list"),
        ("/jobs", "Add job", None),
    ],
)
def test_the_keyboard_goes_on_where_it_was_before_a_dialog(
    visit: Visit, path: str, opens: str, choice: str | None
) -> None:
    with visit(path) as visitor:
        page = visitor.page
        button = page.get_by_role("button", name=opens).first
        button.press("Enter")
        if choice is not None:
            page.get_by_role("menuitem", name=choice).press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        expect(dialog.locator(":focus")).to_have_count(1)
        dialog.press("Escape")
        expect(dialog).to_have_count(0)
        expect(button).to_be_focused()
