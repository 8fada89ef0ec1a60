"""docs/how-to/first-hour.md, done click by click on ``make demo`` by somebody who is new."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from python_calamine import CalamineWorkbook
from tests.pages.conftest import DESK
from tests.pages.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.long]

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "first-hour.md"
MODEL = "Hall 1, Row 1, Rack A1 PDU"
SELECTOR = ".total-consumption"


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start the demo; give the link that it prints."""
    folder = tmp_path_factory.mktemp("demo")
    printed = folder / "printed"
    plain = {k: v for k, v in os.environ.items() if not k.startswith("WATTLEDGER_")}
    with (
        printed.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "wattledger", "demo"],
            cwd=folder,
            env=plain | {"WATTLEDGER_TIME_ZONE": "Europe/Berlin", "WATTLEDGER_PORT": "0"},
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as demo,
    ):
        until = time.monotonic() + 180
        found = None
        while found is None and time.monotonic() < until and demo.poll() is None:
            time.sleep(0.2)
            found = re.search(r"http://\S+/sign-in-link#\S+", printed.read_text("utf-8"))
        try:
            assert found, printed.read_text("utf-8")
            yield found[0]
        finally:
            demo.terminate()
            demo.wait(60)


def go(page: Page, name: str) -> None:
    """Click a page in the navigation."""
    page.get_by_role("navigation", name="Pages").first.get_by_role("link", name=name).click()


def test_the_first_hour_goes_as_the_guide_says(link: str, chromium: Browser) -> None:
    guide = GUIDE.read_text("utf-8")
    assert MODEL in guide
    assert SELECTOR in guide
    with Visitor.of(chromium, DESK, "light") as visitor:
        page = visitor.page
        page.goto(link)
        expect(page.get_by_role("heading", level=1)).to_have_text("Live power")
        which_meter_fails_and_why(page)
        what_each_client_used_last_month(page)
        it_is_exported_to_excel(page)
        what_a_number_rests_on(page)
        a_meter_is_added_and_tested(page)
        visitor.found_no_fault()


def which_meter_fails_and_why(page: Page) -> None:
    """Do section 1."""
    page.get_by_role("button", name="Failing").click()
    page.get_by_role("list", name="Meters").get_by_role("link").first.click()
    attempts = page.get_by_role("table", name="Last attempts")
    attempts.get_by_role("row").nth(1).get_by_role("link").click()
    drawer = page.get_by_role("dialog", name="Evidence of a read")
    expect(drawer).to_contain_text("Steps")
    page.keyboard.press("Escape")
    go(page, "Alerts")
    expect(page.get_by_role("list", name="Open alerts").get_by_role("listitem")).not_to_have_count(
        0
    )


def what_each_client_used_last_month(page: Page) -> None:
    """Do section 2."""
    go(page, "Reports")
    table = page.get_by_role("table", name="The month by client and meter")
    client = table.get_by_role("button", expanded=True).first
    expect(client).to_be_visible()
    before = table.get_by_role("row").count()
    client.click()
    expect(table.get_by_role("row")).not_to_have_count(before)
    table.get_by_role("button", expanded=False).first.click()
    expect(table.get_by_role("row")).to_have_count(before)


def it_is_exported_to_excel(page: Page) -> None:
    """Do section 3; the file holds what the page shows."""
    table = page.get_by_role("table", name="The month by client and meter")
    named = table.get_by_role("button", expanded=True).first.inner_text()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Excel", exact=True).click()
    book = CalamineWorkbook.from_path(download.value.path())
    assert named in book.sheet_names


def what_a_number_rests_on(page: Page) -> None:
    """Do section 4."""
    page.get_by_role("button", name="Month after").click()
    # A month that runs is no whole one: it is not compared with the one before.
    expect(page.locator("dl").first).to_contain_text("not all of this month is read yet")
    page.get_by_role("button", name=re.compile("what it rests on")).first.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("Opening register")
    drawer.get_by_role("button", name="Evidence of the read").first.click()
    evidence = page.get_by_role("dialog", name="Evidence of a read")
    expect(evidence.locator(":focus")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(evidence).to_have_count(0)
    # What stood before the other is closed alone.
    expect(drawer).to_contain_text("Opening register")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def a_meter_is_added_and_tested(page: Page) -> None:
    """Do section 5, and take it back."""
    go(page, "Endpoints")
    row = page.get_by_role("table", name="Endpoints").get_by_role("row", name=MODEL)
    address = re.search(r"127\.0\.0\.1:\S+", row.inner_text())
    assert address
    page.get_by_role("link", name="Add endpoint").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("My first meter")
    page.get_by_role("textbox", name="Address").fill(address[0])
    page.get_by_label("Client").first.fill("Me")
    page.get_by_label("Energy register (CSS selector)").fill(".total")
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text("Not on the page")).to_be_visible()
    page.get_by_label("Energy register (CSS selector)").fill(SELECTOR)
    page.get_by_role("button", name="Test").click()
    expect(page.get_by_text(re.compile(r"[\d,.]+ kWh")).first).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My first meter")
    strip = page.locator("dl > div").filter(has=page.get_by_text("Register", exact=True))
    expect(strip).to_contain_text(re.compile(r"\dkWh"))
    go(page, "Endpoints")
    page.get_by_role("checkbox", name="My first meter").check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("link", name="My first meter")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="My first meter")).to_be_visible()
