"""What pages look like while they wait, when the server fails, when the stream is cut, and empty."""

from collections.abc import Callable, Iterator
from itertools import product

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.pages.conftest import DESK, PHONE
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.hall_server import HallServer
from tests.pages.visitor import Visitor

RACK = 3
PAGES = (
    *("/", "/?view=table", "/?view=floor", "/endpoints", f"/endpoints/{public_id(RACK)}"),
    *(f"/endpoints/{public_id(RACK)}/edit", "/reports", "/reports?tab=statements", "/history"),
    *("/jobs", "/jobs?tab=runs", "/jobs?tab=modules", "/jobs/runs/1", "/alerts", "/access"),
    *("/access?tab=tokens", "/access?tab=audit", "/settings"),
)
"""The pages that show what the server tells."""
ANSWERS = "**/api/v1/**"
PROVOKED = "Failed to load resource"
"""What the browser itself says of each answer that is withheld or refused here."""

_DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


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
        someone.faults = [each for each in someone.faults if PROVOKED not in each]
        someone.found_no_fault()
        someone.page.unroute_all(behavior="ignoreErrors")


def but_who_asks(answer: Callable[[Route], None]) -> Callable[[Route], None]:
    """Return what answers all that pages ask, but who is signed in."""
    return lambda route: (
        route.fallback() if route.request.url.endswith("/session") else answer(route)
    )


def withhold(_: Route) -> None:
    """Answer nothing."""


def fail(route: Route) -> None:
    """Answer as a server that broke."""
    route.fulfill(status=500, json={"error": {"code": "internal", "message": "The disk is full."}})


def cut(route: Route) -> None:
    """Answer as a server that is not there."""
    route.abort("connectionrefused")


def is_fine_in_every_look(visitor: Visitor) -> None:
    """Assert that everybody can use the page as it stands, in each size and colour scheme."""
    for size, scheme in product((DESK, PHONE), ("light", "dark")):
        visitor.page.set_viewport_size({"width": size[0], "height": size[1]})
        visitor.page.emulate_media(color_scheme=scheme)
        expect(visitor.page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
        visitor.page.evaluate(_DRAWN)
        visitor.is_accessible()
        visitor.fits()
    visitor.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def asked_until_given_up(page: Page) -> None:
    """Let the time pass in which a page asks again, until it tells that it failed."""
    while page.get_by_role("alert").count() == 0:
        page.clock.run_for(500)
        page.wait_for_timeout(20)


def test_a_page_that_waits_shows_its_outline(visitor: Visitor) -> None:
    visitor.page.route(ANSWERS, but_who_asks(withhold))
    for path in PAGES:
        visitor.go(path)
        expect(visitor.page.locator(".mantine-Skeleton-root").first).to_be_visible()
        is_fine_in_every_look(visitor)


def test_a_page_that_failed_says_what_and_why_and_can_be_tried_again(visitor: Visitor) -> None:
    page = visitor.page
    page.clock.install()
    page.route(ANSWERS, but_who_asks(fail))
    for path in PAGES:
        visitor.go(path)
        asked_until_given_up(page)
        told = page.get_by_role("alert").first
        expect(told).to_contain_text("could not be read")
        expect(told).to_contain_text("The disk is full.")
        expect(told.get_by_role("button", name="Try again")).to_be_visible()
        is_fine_in_every_look(visitor)
