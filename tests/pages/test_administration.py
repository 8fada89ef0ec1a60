"""Jobs, alerts, access and settings."""

import pytest
from playwright.sync_api import Browser, expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, name_of
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme, Visitor

PAGES = {
    "/jobs": "Jobs",
    "/jobs?tab=runs": "Jobs",
    "/jobs?tab=modules": "Jobs",
    "/alerts": "Alerts",
    "/alerts?tab=channels": "Alerts",
    "/access": "Access",
    "/access?tab=tokens": "Access",
    "/access?tab=audit": "Access",
    "/settings": "Settings and health",
    "/password": "Change password",
}


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall in which some meters need attention."""
    return Hall(50)


@in_every_look
def test_the_pages_can_be_used_by_everybody(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(size=size, scheme=scheme) as visitor:
        for path, title in PAGES.items():
            visitor.go(path)
            expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)
            expect(visitor.page.locator(".mantine-Skeleton-root")).to_have_count(0)
            visitor.is_accessible()
            visitor.has_no_overflow()


def test_a_setting_without_a_value_is_a_dash(visit: Visit) -> None:
    with visit("/settings") as visitor:
        named = visitor.page.locator("dl > div").filter(has_text="WATTLEDGER_ALLOWED_NETWORKS")
        expect(named.get_by_role("definition")).to_have_text("\N{EN DASH} default")


def test_a_short_page_is_dimmed_alike_behind_a_dialog(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Add job").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        top, bottom = (
            page.screenshot(clip={"x": 1300, "y": y, "width": 20, "height": 10}) for y in (8, 880)
        )
        assert top == bottom


@in_every_look
def test_a_job_is_made_run_and_cancelled(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"Collection {size[0]} {scheme}"
    with visit("/jobs", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Add job").click()
        page.get_by_role("textbox", name="Name", exact=True).fill(name)
        page.get_by_role("combobox", name="Runs").click()
        page.get_by_role("option").first.click()
        page.get_by_label("When (cron)").fill("61 * * * *")
        expect(page.get_by_role("alert")).to_be_visible()
        page.get_by_label("When (cron)").fill("0 * * * *")
        expect(page.get_by_role("dialog").get_by_role("status")).to_be_visible()
        visitor.is_accessible()
        # What the browser says of the refused schedule is what was tested.
        visitor.faults.clear()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name=f"Run {name} now").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(f"{name}, run")
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_text("Cancelled").first).to_be_visible()
        visitor.is_accessible()


@in_every_look
def test_alerts_say_what_is_wrong_and_what_to_do(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/alerts", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Failing 1").click()
        alerts = page.get_by_role("list", name="Open alerts").get_by_role("listitem")
        expect(alerts).to_have_count(1)
        expect(alerts).to_contain_text(name_of(13))
        alerts.get_by_role("link", name=name_of(13)).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name_of(13))


@in_every_look
def test_somebody_is_invited_and_comes_in(
    visit: Visit, chromium: Browser, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"grace-{size[0]}-{scheme}"
    with visit("/access", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Invite a user").click()
        page.get_by_label("Name to sign in with").fill(name)
        page.get_by_label("Full name").fill("Grace Hopper")
        visitor.is_accessible()
        page.get_by_role("button", name="Invite", exact=True).click()
        link = page.get_by_label("Link for choosing a password").input_value()
        visitor.is_accessible()
        page.get_by_role("button", name="Done").click()
        expect(page.get_by_role("table", name="Users")).to_contain_text("Invited")
        place = link.partition("/choose-password")[2]
        with Visitor.of(chromium, size, scheme) as invited:
            invited.page.goto(f"{visitor.address}/choose-password{place}")
            invited.page.locator("input[type=password]").first.fill("a long enough one")
            invited.page.locator("input[type=password]").last.fill("a long enough one")
            invited.is_accessible()
            invited.page.get_by_role("button", name="Save and sign in").click()
            expect(invited.page.get_by_role("heading", level=1)).to_have_text("Live power")
        page.get_by_role("tab", name="Audit log").click()
        expect(page.get_by_role("table", name="Audit log")).to_contain_text(name)


@in_every_look
def test_a_token_is_shown_once_and_revoked(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"billing {size[0]} {scheme}"
    with visit("/access?tab=tokens", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Make a token").click()
        page.get_by_role("textbox", name="Name", exact=True).fill(name)
        page.get_by_role("button", name="Make it").click()
        assert page.get_by_label("Token", exact=True).input_value().startswith("wl_")
        page.get_by_role("button", name="Done").click()
        page.get_by_role("button", name=f"Revoke {name}").click()
        visitor.is_accessible()
        page.get_by_role("button", name="Revoke", exact=True).click()
        expect(page.get_by_role("table", name="API tokens")).to_contain_text("Revoked")
