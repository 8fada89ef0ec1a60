"""Real pages: a server on a hall, headless Chromium, and what every page must hold."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.pages.hall import Hall
from tests.pages.hall_server import HallServer, serving
from tests.pages.visitor import FLAGS, Scheme, Visitor

from wattledger.collect.browser.find import find_browser
from wattledger.domain.permission import Role

DESK, PHONE = (1440, 900), (390, 844)

Visit: TypeAlias = Callable[..., AbstractContextManager[Visitor]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return a headless browser."""
    program = find_browser(None)
    assert program is not None, "no browser: run make browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return how large the hall of this module's tests is; modules may have their own."""
    return Hall(50)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, hall: Hall) -> Iterator[HallServer]:
    """Return a server on a hall."""
    folder: Path = tmp_path_factory.mktemp("hall")
    with serving(folder, hall) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser, server: HallServer) -> Visit:
    """Return what opens a page as somebody signed in, and checks at the end that nothing broke."""

    @contextmanager
    def visiting(
        path: str = "/",
        *,
        size: tuple[int, int] = DESK,
        scheme: Scheme = "light",
        role: Role = Role.ADMIN,
        client_id: int | None = None,
    ) -> Iterator[Visitor]:
        with Visitor.of(chromium, size, scheme) as visitor:
            visitor.enter(server, role, client_id)
            visitor.go(path)
            yield visitor
            visitor.found_no_fault()

    return visiting
