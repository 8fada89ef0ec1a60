"""Two people at one form: what comes of it when both changed something."""

import pytest
from playwright.sync_api import Page, expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.test_again import failing, forget_faults

from wattledger.domain.instant import DAY

PLAIN, LOGIN, FAILING, ROWS = 1, 2, 3, 4
REGISTER = "Energy register (CSS selector)"


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(4, 2 * DAY)


def edit(number: int) -> str:
    """Return where an endpoint is changed."""
    return f"/endpoints/{public_id(number)}/edit"


def somebody_else_fills(visit: Visit, number: int, label: str, text: str) -> None:
    """Change one field of an endpoint in another browser."""
    with visit(edit(number)) as other:
        other.page.get_by_role("textbox", name=label, exact=True).fill(text)
        save(other.page)
        expect(other.page.get_by_role("heading", level=1)).to_have_text(name_of(number))


def save(page: Page) -> None:
    """Press Save."""
    page.get_by_role("button", name="Save").click()


def load_anew(page: Page) -> None:
    """Have it refused, and load what is stored now."""
    save(page)
    page.get_by_role("button", name="Load it anew").click()
    expect(page.get_by_role("status").filter(has_text="It is loaded anew.")).to_be_in_viewport()


def test_a_unit_of_another_register_is_not_kept_and_it_is_said_what_it_was(visit: Visit) -> None:
    with visit(edit(PLAIN)) as visitor:
        page = visitor.page
        page.get_by_label("Unit").fill("Wh")
        page.get_by_label("Location").fill("Hall 9")
        somebody_else_fills(visit, PLAIN, REGISTER, "#kwh-total")
        load_anew(page)
        expect(page.get_by_label(REGISTER)).to_have_value("#kwh-total")
        expect(page.get_by_label("Unit")).to_have_value("")
        expect(page.get_by_label("Unit")).to_be_focused()
        expect(page.get_by_text("You had “Wh”.")).to_be_visible()
        expect(page.get_by_role("status")).to_contain_text("look through it before you save")
        expect(page.get_by_label("Location")).to_have_value("Hall 9")
        visitor.is_accessible()
        forget_faults(visitor)
        save(page)
        expect(page.get_by_role("heading", level=1)).to_have_text(name_of(PLAIN))


def test_a_password_does_not_go_to_an_address_of_somebody_else(visit: Visit) -> None:
    with visit(edit(LOGIN)) as visitor:
        page = visitor.page
        page.get_by_role("combobox", name="Kind").click()
        page.get_by_role("option", name="Browser prompt (HTTP Basic)").click()
        page.get_by_label("User name").fill("mine")
        page.get_by_label("Password", exact=True).fill("my secret")
        somebody_else_fills(visit, LOGIN, "Address", "10.77.0.1")
        load_anew(page)
        expect(page.get_by_role("textbox", name="Address", exact=True)).to_have_value("10.77.0.1")
        expect(page.get_by_role("combobox", name="Kind")).to_have_value("None: the page is open")
        expect(page.get_by_text("my secret")).to_have_count(0)
        page.get_by_role("combobox", name="Kind").click()
        page.get_by_role("option", name="Browser prompt (HTTP Basic)").click()
        expect(page.get_by_label("Password", exact=True)).to_have_value("")
        forget_faults(visitor)


def test_what_could_not_be_loaded_anew_says_why_and_can_be_tried_again(visit: Visit) -> None:
    address = f"**/api/v1/endpoints/{public_id(FAILING)}"
    with visit(edit(FAILING)) as visitor:
        page = visitor.page
        page.get_by_label("Location").fill("Hall 9")
        somebody_else_fills(visit, FAILING, "Vendor", "Raritan")
        save(page)
        told = page.get_by_role("alert")
        expect(told).to_contain_text("changed")
        with failing(page, address, "GET"):
            told.get_by_role("button", name="Load it anew").click()
            expect(told).to_contain_text("The disk is full.")
        # The next reason is told, not that one any more.
        save(page)
        expect(told).not_to_contain_text("The disk is full.")
        load_anew(page)
        expect(page.get_by_label("Vendor")).to_have_value("Raritan")
        expect(page.get_by_label("Location")).to_have_value("Hall 9")
        expect(page.get_by_role("status")).to_contain_text("What only you had changed is kept")
        forget_faults(visitor)


def test_steps_that_nobody_else_changed_stay_as_they_are_edited(visit: Visit) -> None:
    with visit(edit(ROWS)) as visitor:
        page = visitor.page
        for place in ("/first", "/second"):
            page.get_by_role("button", name="Add a step").click()
            page.get_by_role("textbox", name="Address").last.fill(place)
        save(page)
        visitor.go(edit(ROWS))
        page.get_by_role("button", name="Move step 2 up").click()
        page.get_by_role("button", name="Remove step 2").click()
        somebody_else_fills(visit, ROWS, "Location", "Hall 8")
        load_anew(page)
        steps = page.get_by_role("textbox", name="Address")
        expect(steps).to_have_count(2)
        expect(steps.last).to_have_value("/second")
        expect(page.get_by_label("Location")).to_have_value("Hall 8")
        forget_faults(visitor)
