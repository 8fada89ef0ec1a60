"""Main tasks by the keyboard alone, and where it is when another page is opened."""

import re

import pytest
from playwright.sync_api import Page, expect
from tests.pages.conftest import Visit
from tests.pages.evidence import answering, keep_failure
from tests.pages.hall import CLIENTS, Hall, name_of, public_id
from tests.pages.hall_server import HallServer
from tests.pages.keys import pick, reach, use, write
from tests.pages.test_reports import HISTORY_DAYS, LAST_MONTH

from wattledger.domain.instant import DAY
from wattledger.store.endpoints import find_endpoint


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall with whole months behind it, in which one meter fails."""
    return Hall(30, HISTORY_DAYS * DAY)


def title(page: Page, text: str) -> None:
    """Wait for a page, at which the keyboard has arrived."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)
    expect(page.get_by_role("main")).to_be_focused()


def go_to(page: Page, typed: str, found: str) -> None:
    """Open what the palette finds by a part of its name."""
    page.keyboard.press("Control+K")
    expect(page.get_by_role("textbox", name="Go to a page or an endpoint")).to_be_focused()
    page.keyboard.type(typed)
    expect(page.get_by_role("dialog").get_by_text(found).first).to_be_visible()
    page.keyboard.press("Enter")


def test_a_failing_meter_is_found_and_the_evidence_of_it_opened(
    visit: Visit, server: HallServer
) -> None:
    keep_failure(server, 13)
    with visit() as visitor:
        page = visitor.page
        expect(page.get_by_role("link", name=name_of(1)).first).to_be_visible()
        use(page, page.get_by_role("link", name="Skip to the page"), within=1)
        use(page, page.get_by_role("button", name="Failing 1"))
        cards = page.get_by_role("list", name="Meters").get_by_role("link")
        expect(cards).to_have_count(1)
        use(page, cards)
        title(page, name_of(13))
        attempts = page.get_by_role("table", name="Last attempts")
        use(page, attempts.get_by_role("link").first)
        drawer = page.get_by_role("dialog", name="Evidence of a read")
        expect(drawer).to_contain_text("Steps")
        expect(drawer.locator(":focus")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        expect(attempts.get_by_role("link").first).to_be_focused()


def test_the_palette_is_found_in_the_navigation_and_leads_to_an_endpoint(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        use(page, page.get_by_role("button", name="Go to"))
        expect(page.get_by_role("textbox", name="Go to a page or an endpoint")).to_be_focused()
        page.keyboard.type("a04")
        expect(page.get_by_role("dialog").get_by_text(name_of(4))).to_be_visible()
        page.keyboard.press("Enter")
        title(page, name_of(4))
        expect(page.get_by_role("dialog")).to_have_count(0)
        go_to(page, "repo", "Reports")
        title(page, "Reports")


def test_a_month_is_chosen_exported_and_a_figure_traced(visit: Visit) -> None:
    with visit() as visitor:
        page = visitor.page
        use(page, page.get_by_role("navigation").first.get_by_role("link", name="Reports"))
        title(page, "Reports")
        use(page, page.get_by_role("button", name="Month before"))
        expect(page).not_to_have_url(re.compile(LAST_MONTH))
        use(page, page.get_by_role("button", name="Month after"))
        expect(page).to_have_url(re.compile(LAST_MONTH))
        use(page, page.get_by_role("button", name="Export"))
        with page.expect_download() as download:
            pick(page, page.get_by_role("menuitem", name="Excel", exact=True))
        assert download.value.suggested_filename.endswith(".xlsx")
        table = page.get_by_role("table", name="The month by client and meter")
        client = table.get_by_role("button", name=CLIENTS[1])
        use(page, client, "Space")
        expect(client).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Space")
        use(page, table.get_by_role("button", name=f"kWh of {name_of(3)}: what it rests on"))
        drawer = page.get_by_role("dialog", name=name_of(3))
        expect(drawer).to_contain_text("Opening register")
        expect(drawer.locator(":focus")).to_have_count(1)
        page.keyboard.press("Escape")
        expect(drawer).to_have_count(0)
        expect(table.get_by_role("button", name=f"kWh of {name_of(3)}:")).to_be_focused()


def test_an_endpoint_is_set_up_tested_saved_deleted_and_brought_back(
    visit: Visit, server: HallServer
) -> None:
    with answering(server, 30), visit("/endpoints") as visitor:
        with server.database.connect() as connection:
            address = find_endpoint(connection, public_id(30)).address
        page = visitor.page
        use(page, page.get_by_role("link", name="Add endpoint"))
        expect(page.get_by_role("heading", level=1)).to_have_text("Set up a meter")
        name = page.get_by_role("textbox", name="Name", exact=True)
        expect(name).to_be_visible()
        write(page, name, "Typed alone")
        write(page, page.get_by_role("textbox", name="Address"), f"{address}typed")
        client = page.get_by_role("textbox", name="Client")
        write(page, client.or_(page.get_by_role("combobox", name="Client")), "Soylent")
        write(page, page.get_by_label("Energy register (CSS selector)"), "#kwh")
        use(page, page.get_by_role("button", name="Test"))
        expect(page.get_by_text("4,321.5 kWh")).to_be_in_viewport()
        use(page, page.get_by_role("button", name="Save"))
        title(page, "Typed alone")
        go_to(page, "endpo", "Endpoints")
        title(page, "Endpoints")
        write(page, page.get_by_role("textbox", name="Find"), "Typed")
        use(page, page.get_by_role("checkbox", name="Typed alone"), "Space")
        use(page, page.get_by_role("button", name="Delete"))
        expect(page.get_by_role("link", name="Typed alone")).to_have_count(0)
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        page.keyboard.press("Control+Z")
        expect(page.get_by_role("link", name="Typed alone")).to_be_visible()


def test_history_is_drawn_of_a_choice(visit: Visit) -> None:
    with visit("/history") as visitor:
        page = visitor.page
        expect(page.get_by_role("img", name="All together")).to_have_count(2)
        write(page, page.get_by_role("combobox", name="Shown endpoints"), "a03")
        expect(page.get_by_role("option", name=name_of(3))).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(public_id(3)))
        page.keyboard.press("Escape")
        reach(page, page.get_by_role("radio", name="Lines"))
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("radio", name="Stacked")).to_be_checked()


def test_a_job_is_made_run_deleted_and_brought_back(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        use(page, page.get_by_role("button", name="Add job"))
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
        page.keyboard.type("By keys")
        use(page, dialog.get_by_role("combobox", name="Runs"))
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        write(page, dialog.get_by_label("When (cron)"), "0 * * * *")
        use(page, dialog.get_by_role("button", name="Save"))
        expect(dialog).to_have_count(0)
        use(page, page.get_by_role("button", name="Run By keys now"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("By keys, run")
        use(page, page.get_by_role("button", name="Cancel"))
        expect(page.get_by_text("Cancelled").first).to_be_visible()
        page.go_back()
        use(page, page.get_by_role("button", name="More for By keys"))
        pick(page, page.get_by_role("menuitem", name="Delete"))
        use(page, page.get_by_role("dialog").get_by_role("button", name="Delete"))
        named = page.get_by_role("table", name="Jobs").get_by_text("By keys")
        expect(named).to_have_count(0)
        page.keyboard.press("Control+Z")
        expect(named).to_be_visible()


def test_alerts_are_narrowed_and_followed(visit: Visit) -> None:
    with visit("/alerts") as visitor:
        page = visitor.page
        use(page, page.get_by_role("button", name="Failing 1"))
        alerts = page.get_by_role("list", name="Open alerts").get_by_role("listitem")
        expect(alerts).to_have_count(1)
        use(page, alerts.get_by_role("link", name=name_of(13)))
        title(page, name_of(13))


def test_a_token_is_made_and_a_tab_is_chosen(visit: Visit) -> None:
    with visit("/access") as visitor:
        page = visitor.page
        reach(page, page.get_by_role("tab", name="Users"))
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("tab", name="API tokens")).to_be_focused()
        use(page, page.get_by_role("button", name="Make a token"))
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_label("Name")).to_be_focused()
        page.keyboard.type("Script")
        use(page, dialog.get_by_role("button", name="Make it"))
        expect(dialog.get_by_role("textbox", name="Token")).to_be_visible()
        use(page, dialog.get_by_role("button", name="Done"))
        expect(dialog).to_have_count(0)
        expect(page.get_by_role("table", name="API tokens")).to_contain_text("Script")


def test_a_page_is_opened_at_its_top_and_gone_back_to_where_it_was(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        link = page.get_by_role("link", name=name_of(28))
        link.scroll_into_view_if_needed()
        expect(link).to_be_in_viewport()
        link.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name_of(28))
        expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
        page.go_back()
        expect(link).to_be_in_viewport()


def test_the_palette_keeps_the_keyboard_where_one_goes_back_behind_it(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        use(page, page.get_by_role("navigation").first.get_by_role("link", name="Alerts"))
        title(page, "Alerts")
        page.keyboard.press("Control+K")
        field = page.get_by_role("textbox", name="Go to a page or an endpoint")
        expect(field).to_be_focused()
        page.go_back()
        expect(page.get_by_role("heading", level=1, include_hidden=True)).to_have_text("Jobs")
        expect(field).to_be_focused()
