"""Ctrl Z: the last that was deleted comes back, once, wherever the keyboard is."""

import pytest
from playwright.sync_api import Page, expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, name_of

from wattledger.domain.instant import DAY


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(6, DAY)


def delete(page: Page, number: int) -> None:
    """Delete an endpoint, and see that it is gone."""
    page.get_by_label(f"Choose {name_of(number)}", exact=True).check()
    page.get_by_role("button", name="Delete").click()
    is_listed(page, number, times=0)


def is_listed(page: Page, number: int, times: int = 1) -> None:
    """Wait until an endpoint is listed, or is not."""
    expect(page.get_by_role("link", name=name_of(number))).to_have_count(times)


def test_it_works_where_another_row_was_chosen_meanwhile(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        delete(page, 1)
        page.get_by_label(f"Choose {name_of(2)}", exact=True).press("Space")
        page.keyboard.press("Control+Z")
        is_listed(page, 1)


def test_two_deletions_come_back_by_two_presses_the_last_one_first(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        delete(page, 1)
        delete(page, 2)
        page.keyboard.press("Control+Z")
        is_listed(page, 2)
        is_listed(page, 1, times=0)
        delete(page, 2)
        page.keyboard.press("Control+Z")
        page.keyboard.press("Control+Z")
        is_listed(page, 1)
        is_listed(page, 2)
        page.keyboard.press("Control+Z")
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_in_a_field_it_takes_back_what_was_typed(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        delete(page, 3)
        find = page.get_by_role("textbox", name="Find by name")
        find.press_sequentially("A0")
        find.press("Control+Z")
        expect(find).not_to_have_value("A0")
        is_listed(page, 3, times=0)
        page.get_by_role("button", name="Undo").click()
        find.fill("")
        is_listed(page, 3)


def test_who_signs_out_leaves_nothing_to_be_taken_back(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        delete(page, 4)
        page.get_by_role("button", name="Ada Admin").click()
        page.get_by_role("menuitem", name="Sign out").click()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        expect(page.get_by_role("button", name="Undo")).to_have_count(0)
