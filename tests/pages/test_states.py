"""Pages while they wait, where the server fails, and where the live stream is cut."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.pages.conftest import DESK
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.hall_server import HallServer
from tests.pages.looks import is_fine_in_every_look
from tests.pages.visitor import Visitor

RACK = 3
PAGES = (
    *("/", "/?view=table", "/?view=floor", "/endpoints", f"/endpoints/{public_id(RACK)}"),
    *(f"/endpoints/{public_id(RACK)}/edit", "/reports", "/reports?tab=statements", "/history"),
    *("/jobs", "/jobs?tab=runs", "/jobs?tab=modules", "/jobs/runs/1", "/alerts"),
    *("/alerts?tab=channels", "/access", "/access?tab=tokens", "/access?tab=audit", "/settings"),
)
"""The pages that show what the server tells."""
ANSWERS = "**/api/v1/**"
PROVOKED = "Failed to load resource"
"""What the browser itself says of each answer that is withheld or refused here."""


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(15)


@pytest.fixture
def visitor(chromium: Browser, server: HallServer) -> Iterator[Visitor]:
    """Return somebody signed in who has seen no page yet; only what was provoked went wrong."""
    with Visitor.of(chromium, DESK, "light") as someone:
        someone.enter(server)
        yield someone
        someone.found_no_fault(but=PROVOKED)


def but_who_asks(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """Return what answers all that pages ask, but who is signed in."""
    return lambda route: (
        route.fallback() if route.request.url.endswith("/session") else answer(route)
    )


@contextmanager
def withholding(page: Page) -> Iterator[None]:
    """Let what pages ask go unanswered, until it is given up in the end."""
    held: list[Route] = []
    page.route(ANSWERS, but_who_asks(held.append))
    yield
    while held:
        held.pop().abort()
    page.unroute_all()


def fail(route: Route) -> None:
    """Answer as a server that broke."""
    route.fulfill(status=500, json={"error": {"code": "internal", "message": "The disk is full."}})


def cut(route: Route) -> None:
    """Answer as a server that is not there."""
    route.abort("connectionrefused")


def asked_until_given_up(page: Page) -> None:
    """Let the time pass in which a page asks again, until it tells that it failed."""
    while page.get_by_role("alert").count() == 0:
        page.clock.run_for(500)
        page.wait_for_timeout(20)


def test_a_page_that_waits_shows_its_outline(visitor: Visitor) -> None:
    with withholding(visitor.page):
        visitor.go("/nowhere")
        for path in PAGES:
            visitor.turn_to(path)
            expect(visitor.page.locator(".mantine-Skeleton-root").first).to_be_visible()
            is_fine_in_every_look(visitor)


def test_a_page_that_failed_says_what_and_why_and_can_be_tried_again(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    page.route(ANSWERS, but_who_asks(fail))
    visitor.go("/nowhere")
    for path in PAGES:
        visitor.turn_to(path)
        asked_until_given_up(page)
        told = page.get_by_role("alert").first
        expect(told).to_contain_text("could not be read")
        expect(told).to_contain_text("The disk is full.")
        expect(told.get_by_role("button", name="Try again")).to_be_visible()
        is_fine_in_every_look(visitor)
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Server")).to_be_visible()


def test_who_cannot_reach_the_server_is_told_so_and_comes_in_later(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    page.route(ANSWERS, cut)
    page.goto(visitor.address)
    asked_until_given_up(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    expect(page.get_by_role("alert")).to_contain_text("The server cannot be reached.")
    is_fine_in_every_look(visitor)
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Live power")


def test_where_the_stream_is_cut_values_stay_and_it_is_said(visitor: Visitor) -> None:
    page = visitor.page
    page.route("**/consumption/live**", cut)
    page.route("**/consumption/live", lambda route: route.continue_(), times=1)
    visitor.go("/")
    cut_off = page.get_by_role("status").filter(has_text="Reconnecting")
    for view in ("cards", "table", "floor"):
        visitor.turn_to(f"/?view={view}")
        expect(cut_off).to_be_visible()
        expect(page.get_by_role("link", name=name_of(RACK))).to_be_visible()
        is_fine_in_every_look(visitor)
    visitor.turn_to(f"/endpoints/{public_id(RACK)}")
    expect(cut_off).to_be_visible()
    expect(page.locator("dl").get_by_text(re.compile(r"\dkW$"))).to_be_visible()
    is_fine_in_every_look(visitor)
    page.unroute_all()
    # Who comes back to the page does not wait for the next try.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(cut_off).to_have_count(0)
