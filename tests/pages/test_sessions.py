"""The way in: first start, signing in and out, and links that work once."""

import pytest
from playwright.sync_api import Browser, expect
from tests.pages.conftest import DESK, Visit
from tests.pages.hall import Hall
from tests.pages.hall_server import HallServer, clock
from tests.pages.looks import in_every_look, is_fine_in_every_look
from tests.pages.visitor import Scheme, Visitor

from wattledger.domain.permission import Role
from wattledger.secrets.passwords import hash_password
from wattledger.services.make_link import link_address
from wattledger.store.links import Purpose, make_link
from wattledger.store.users import NewUser, insert_user

EMPTY = {
    "/": ("No meter is set up yet.", "Set up a meter"),
    "/endpoints": ("No endpoint is set up yet.", "Set up the first one"),
    "/endpoints?search=nobody": ("No endpoint passes this filter.", "Show all"),
    "/reports": ("No meter has readings in this month.", None),
    "/reports?tab=statements": ("No month is closed yet.", "To the month"),
    "/history": ("Nothing was read in this time. Choose another.", None),
    "/jobs": ("There is no job yet.", "Add the first one"),
    "/jobs?tab=runs": ("Nothing has run yet.", "To the jobs"),
    "/alerts": ("All is well.", None),
    "/alerts?search=nobody": ("No alert passes this filter.", "Show all"),
    "/alerts?tab=channels": (
        "Nobody is told of alerts yet: by mail, chat or a program of yours.",
        "Add the first one",
    ),
    "/access?tab=tokens": ("No program has a token yet.", "Make the first one"),
}
"""What stands on a page where there is nothing, and what can be done about it."""
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall without any meter: an installation as it first starts."""
    return Hall(0)


def test_the_first_administrator_is_made_and_signs_out_again(
    chromium: Browser, server: HallServer
) -> None:
    with server.database.begin() as connection:
        first = make_link(connection, Purpose.SET_UP, None, clock())
    with Visitor.of(chromium, DESK, "dark") as visitor:
        page = visitor.page
        page.goto(link_address(server.address, first))
        expect(page.get_by_role("heading", level=1)).to_have_text("Welcome to Wattledger")
        is_fine_in_every_look(visitor)
        page.get_by_label("Name to sign in with").fill("ada")
        page.get_by_label("Your name").fill("Ada Lovelace")
        page.locator("input[type=password]").first.fill("short")
        page.locator("input[type=password]").last.fill("other")
        page.get_by_role("button", name="Create administrator").click()
        expect(page.get_by_text("The two passwords differ.")).to_be_visible()
        visitor.is_accessible()
        page.locator("input[type=password]").first.fill(PASSWORD)
        page.locator("input[type=password]").last.fill(PASSWORD)
        page.get_by_role("button", name="Create administrator").click()
        expect(page.get_by_text("No meter is set up yet.")).to_be_visible()
        visitor.is_accessible()
        page.get_by_role("button", name="Ada Lovelace").click()
        expect(page.get_by_text("Signed in as administrator")).to_be_visible()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        visitor.found_no_fault()


@in_every_look
def test_who_has_a_password_signs_in_and_changes_it(
    chromium: Browser, server: HallServer, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"grace-{size[0]}-{scheme}"
    with server.database.begin() as connection:
        user = NewUser(name, "Grace Hopper", Role.ADMIN, password_hash=hash_password(PASSWORD))
        insert_user(connection, user, clock())
    with Visitor.of(chromium, size, scheme) as visitor:
        page = visitor.page
        page.goto(f"{server.address}/endpoints")
        page.get_by_role("textbox", name="Name").fill(name)
        page.locator("input[type=password]").first.fill("wrong wrong wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("alert")).to_be_visible()
        visitor.is_accessible()
        visitor.has_no_overflow()
        page.locator("input[type=password]").first.fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        # The address that was asked for is shown afterwards.
        expect(page.get_by_role("heading", level=1)).to_have_text("Endpoints")
        visitor.turn_to("/password")
        passwords = page.locator("input[type=password]")
        passwords.nth(0).fill(PASSWORD)
        passwords.nth(1).fill(f"another {PASSWORD}")
        passwords.nth(2).fill(f"another {PASSWORD}")
        page.get_by_role("button", name="Change password").click()
        expect(page.get_by_text("The password is changed")).to_be_visible()
        visitor.is_accessible()


def test_a_link_works_once_and_says_so(chromium: Browser, server: HallServer) -> None:
    link = server.link()
    with Visitor.of(chromium, DESK, "light") as visitor:
        visitor.page.goto(link)
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Live power")
    with Visitor.of(chromium, DESK, "light") as visitor:
        visitor.page.goto(link)
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This link does not work")
        visitor.is_accessible()
        visitor.page.goto(f"{server.address}/sign-in-link")
        expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This link is incomplete")


def test_what_is_empty_says_so_and_what_to_do_next(visit: Visit) -> None:
    with visit("/nowhere") as visitor:
        page = visitor.page
        for path, (sentence, action) in EMPTY.items():
            visitor.turn_to(path)
            expect(page.get_by_text(sentence)).to_be_visible()
            if action:
                to_do = page.get_by_role("main").locator("a, button").filter(has_text=action)
                expect(to_do).to_be_visible()
            expect(page.locator(".mantine-Skeleton-root")).to_have_count(0)
            is_fine_in_every_look(visitor)
