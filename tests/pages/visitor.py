"""A person at a browser, and the faults that no page may have."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from tests.pages.hall_server import HallServer

from wattledger.domain.permission import Role

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
"""What a browser is started with here."""
Scheme: TypeAlias = Literal["light", "dark"]

_AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
_RUN_AXE = """
(rules) => axe
  .run({ resultTypes: ["violations"], ...(rules.length > 0 && { runOnly: rules }) })
  .then(({ violations }) => violations)
"""
_VIOLATIONS = """
window.policyViolations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.policyViolations.push(`${event.violatedDirective}: ${event.blockedURI}`));
"""
_TURN = """
(place) => {
  const state = { usr: null, key: place, idx: (history.state?.idx ?? 0) + 1 };
  history.pushState(state, "", place);
  dispatchEvent(new PopStateEvent("popstate", { state }));
}
"""
_LAPTOPS = (1200, 1000, 820)
"""Widths that have the navigation at their side, each the least of a layout."""
_TOO_WIDE = "document.documentElement.scrollWidth - window.innerWidth"
_OUT_OF_REACH = """
[...document.querySelectorAll("main, [role=dialog]")]
  .flatMap((part) => [...part.querySelectorAll("a, button, input, textarea")])
  .filter((each) => {
    const { left, width, height } = each.getBoundingClientRect();
    return width > 1 && height > 1 && left < 0;
  })
  .map((each) => each.ariaLabel ?? each.innerText)
"""
_SETTLED_SECONDS = 10
_CRUSHED = """
[...document.querySelectorAll("tbody td, tfoot td")]
  .filter((cell) => cell.clientWidth > 0 && cell.clientWidth <
    ("number" in cell.dataset ? cell.scrollWidth : Math.min(cell.scrollWidth, 60)))
  .map((cell) => cell.innerText)
"""
# What a page is slower to do when the machine is busy is not what these tests are about.
_PATIENCE_MS = 90_000
expect.set_options(timeout=_PATIENCE_MS)


@dataclass
class Visitor:
    """A browser's page, with what went wrong on it so far."""

    page: Page
    address: str = ""
    faults: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def of(
        cls, browser: Browser, size: tuple[int, int], scheme: Scheme, locale: str = "en-GB"
    ) -> "Iterator[Visitor]":
        """Open a fresh window of a size, in a colour scheme, of somebody who reads a language."""
        width, height = size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale=locale,
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_VIOLATIONS)
        visitor = cls(context.new_page())
        visitor.page.on("console", visitor._hear)
        visitor.page.on("pageerror", lambda error: visitor.faults.append(str(error)))
        yield visitor
        context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.faults.append(f"{message.type}: {message.text}")

    def enter(self, server: HallServer, role: Role = Role.ADMIN, client: int | None = None) -> None:
        """Sign in with a one-time link, as its page does (tests/pages/test_sessions.py)."""
        self.address = server.address
        secret = server.link(role, client).partition("#")[2]
        came_in = self.page.request.post(
            f"{server.address}/api/v1/session/link", data={"token": secret}
        )
        assert came_in.ok, came_in.text()

    def go(self, path: str) -> None:
        """Open a page and wait for its head."""
        self.page.goto(f"{self.address}{path}")
        expect(self.page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()

    def turn_to(self, path: str) -> None:
        """Go to a page as a link does, without loading all anew; no page of before is shown."""
        for place, title in (("/nowhere", "Nothing is here"), (path, None)):
            self.page.evaluate(_TURN, place)
            if title is not None:
                expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def found_no_fault(self, but: str | None = None) -> None:
        """Assert that nothing was refused by the policy and nothing went to the console.

        What holds ``but`` was provoked.
        """
        # What the console has still to tell comes while this is asked.
        self.faults += self.page.evaluate("window.policyViolations ?? []")
        faults = [each for each in self.faults if but is None or but not in each]
        assert not faults, faults

    def is_accessible(self, rules: tuple[str, ...] = ()) -> None:
        """Assert that axe finds nothing on the page as it stands, or nothing against some rules."""
        if self.page.evaluate("window.axe === undefined"):
            self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(_RUN_AXE, list(rules))
        told = [
            f"{each['id']}: {node['html'][:120]} {node['failureSummary'][-160:]}"
            for each in found
            for node in each["nodes"]
        ]
        assert not told, told

    def has_no_overflow(self) -> None:
        """Assert that the page is not wider than the window, and no cell of a table is crushed.

        A figure is shown whole; of a name a part may be, if it is wide enough to be read.

        What is fine on a large screen must be so on every smaller one with the same layout.
        """
        size = self.page.viewport_size
        assert size is not None
        narrower = [width for width in _LAPTOPS if width < size["width"]]
        for width in (size["width"], *narrower):
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            self.fits()
            crushed: list[str] = self.page.evaluate(_CRUSHED)
            assert not crushed, (width, crushed)
        self.page.set_viewport_size(size)

    def fits(self) -> None:
        """Wait until what is drawn anew for a width fits in it, with all that can be used."""
        until = time.monotonic() + _SETTLED_SECONDS
        while (excess := int(self.page.evaluate(_TOO_WIDE))) > 0:
            assert time.monotonic() < until, f"the page is {excess} px wider than its window"
            self.page.wait_for_timeout(20)
        away: list[str] = self.page.evaluate(_OUT_OF_REACH)
        assert not away, away
