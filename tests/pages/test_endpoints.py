"""Endpoints: found, set up with a test, changed, deleted and brought back."""

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import Visit
from tests.pages.evidence import answering
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.hall_server import HallServer
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.permission import Role
from wattledger.store.endpoints import find_endpoint


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(30)


@pytest.mark.parametrize("path", ["/endpoints", "/setup", f"/endpoints/{public_id(3)}/edit"])
@in_every_look
def test_the_pages_can_be_used_by_everybody(
    visit: Visit, path: str, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(path, size=size, scheme=scheme) as visitor:
        if path == "/endpoints":
            expect(visitor.page.get_by_role("link", name=name_of(1))).to_be_visible()
        else:
            expect(visitor.page.get_by_role("button", name="Save")).to_be_visible()
        visitor.is_accessible()
        visitor.has_no_overflow()


@in_every_look
def test_an_endpoint_is_set_up_tested_and_saved(
    visit: Visit, server: HallServer, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"New PDU {size[0]} {scheme}"
    with answering(server, 30), visit("/setup", size=size, scheme=scheme) as visitor:
        with server.database.connect() as connection:
            address = find_endpoint(connection, public_id(30)).address
        page = visitor.page
        page.get_by_role("button", name="Test").click()
        expect(page.get_by_text("Say where the number stands.")).to_be_visible()
        expect(page.get_by_role("textbox", name="Name", exact=True)).to_be_focused()
        page.get_by_role("textbox", name="Name", exact=True).fill(name)
        page.get_by_role("textbox", name="Address").fill(f"{address}{size[0]}{scheme}")
        page.get_by_role("textbox", name="Client").or_(
            page.get_by_role("combobox", name="Client")
        ).fill("Soylent")
        page.get_by_label("Energy register (CSS selector)").fill("#nothing")
        page.get_by_role("button", name="Test").click()
        expect(page.get_by_text("Not on the page")).to_be_visible()
        visitor.is_accessible()
        page.get_by_label("Energy register (CSS selector)").fill("#kwh")
        page.get_by_role("button", name="Test").click()
        expect(page.get_by_text("4,321.5 kWh")).to_be_in_viewport()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)


@in_every_look
def test_steps_are_added_moved_and_removed(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/setup", size=size, scheme=scheme) as visitor:
        page = visitor.page
        for text in ("/first", "/second"):
            page.get_by_role("button", name="Add a step").click()
            page.get_by_role("textbox", name="Address").last.fill(text)
        page.get_by_role("button", name="Move step 2 up").click()
        steps = page.get_by_role("textbox", name="Address")
        expect(steps.nth(1)).to_have_value("/second")
        expect(steps.nth(2)).to_have_value("/first")
        page.get_by_role("button", name="Remove step 1").click()
        expect(steps).to_have_count(2)
        page.get_by_role("combobox", name="Step 1: what to do").click()
        page.get_by_role("option", name="Type").click()
        expect(page.get_by_role("textbox", name="Step 1: Text")).to_be_visible()
        page.get_by_role("button", name="Read another value").click()
        visitor.is_accessible()
        visitor.fits()


@in_every_look
def test_many_are_chosen_deleted_and_brought_back(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/endpoints?search=A1", size=size, scheme=scheme) as visitor:
        page = visitor.page
        rows = page.get_by_role("table", name="Endpoints").locator("tbody tr[aria-rowindex]")
        expect(rows.first).to_contain_text("A10")
        count = rows.count()
        page.get_by_label("Choose all that are listed").check()
        expect(page.get_by_text(f"{count} chosen")).to_be_visible()
        visitor.is_accessible()
        page.get_by_role("button", name="Delete").click()
        expect(page.get_by_text("No endpoint passes this filter.")).to_be_visible()
        page.get_by_role("button", name="Undo").click()
        expect(rows).to_have_count(count)


@in_every_look
def test_a_change_of_somebody_else_is_not_overwritten(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    path, vendor = f"/endpoints/{public_id(4)}/edit", f"Raritan {size[0]} {scheme}"
    with visit(path, size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_label("Location").fill("Hall 9")
        with visit(path) as other:
            other.page.get_by_label("Vendor").fill(vendor)
            other.page.get_by_role("button", name="Save").click()
            expect(other.page.get_by_role("heading", level=1)).to_have_text(name_of(4))
        page.get_by_role("button", name="Save").click()
        told = page.get_by_role("alert")
        expect(told).to_contain_text("It was not saved.")
        expect(told).to_be_in_viewport(ratio=1)
        visitor.is_accessible()
        # The browser itself tells of the refusal; it is what is tested.
        visitor.faults.clear()
        told.get_by_role("button", name="Load it anew").click()
        expect(page.get_by_label("Vendor")).to_have_value(vendor)
        expect(told).to_have_count(0)
        # What only oneself changed is still there, and can be saved now.
        expect(page.get_by_label("Location")).to_have_value("Hall 9")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name_of(4))


@in_every_look
def test_a_list_is_imported_after_it_was_looked_at(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"Imported {size[0]} {scheme}"
    lines = f"endpoint,client,address\n{name},Soylent,10.9.9.1/{name[9:]}\n,Soylent,10.9.9.2\n"
    with visit("/endpoints", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Import and export").click()
        page.get_by_role("menuitem", name="Import a list").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": lines.encode()}
        )
        expect(page.get_by_text("1 would be made")).to_be_visible()
        expect(page.get_by_text("1 line is bad")).to_be_visible()
        visitor.is_accessible()
        page.get_by_role("button", name="Import without the bad lines").click()
        expect(page.get_by_text("1 was made")).to_be_visible()
        page.get_by_role("button", name="Done").click()
        page.get_by_role("textbox", name="Find by name, address or location").fill(name)
        expect(page.get_by_role("link", name=name)).to_be_visible()


def test_who_may_only_look_is_offered_no_change(visit: Visit) -> None:
    with visit("/endpoints", role=Role.VIEWER) as visitor:
        page = visitor.page
        expect(page.get_by_role("link", name=name_of(1))).to_be_visible()
        expect(page.get_by_role("link", name="Add endpoint")).to_have_count(0)
        expect(page.get_by_role("checkbox")).to_have_count(0)
