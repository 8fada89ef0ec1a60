"""Pages by their address: who may not use one is told so before anything is typed into it."""

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, public_id

from wattledger.domain.instant import DAY
from wattledger.domain.permission import Role

RACK = 2
_ADMINISTRATION = ("/access", "/settings")
_SETTING_UP = ("/setup", f"/endpoints/{public_id(RACK)}/edit")
_ALL = ("/endpoints", "/jobs", "/jobs?tab=runs", "/jobs/runs/1", "/alerts", "/alerts?tab=channels")
CLOSED = {
    Role.OPERATOR: _ADMINISTRATION,
    Role.VIEWER: _ADMINISTRATION + _SETTING_UP,
    Role.CLIENT: _ADMINISTRATION + _SETTING_UP + _ALL,
}


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(3, 2 * DAY)


@pytest.mark.parametrize("role", CLOSED)
def test_a_page_that_a_role_may_not_use_says_so_and_asks_nothing_of_the_server(
    visit: Visit, role: Role
) -> None:
    with visit("/", role=role, client_id=1 if role is Role.CLIENT else None) as visitor:
        main = visitor.page.get_by_role("main")
        for path in CLOSED[role]:
            visitor.turn_to(path)
            expect(main.get_by_role("heading", level=1)).to_have_text("Not for your role")
            expect(main.get_by_role("button")).to_have_count(0)
        visitor.is_accessible()
        visitor.fits()
        main.get_by_role("link", name="To the live page").click()
        expect(main.get_by_role("heading", level=1)).to_have_text("Live power")


def test_a_history_of_clients_that_was_sent_to_a_client_shows_all_of_its_own(visit: Visit) -> None:
    # The rack of this client is the second.
    with visit("/history?by=client&client=client-1", role=Role.CLIENT, client_id=5) as visitor:
        page = visitor.page
        expect(page.get_by_role("img", name="All together")).to_have_count(2)
        expect(page.get_by_role("combobox", name="Shown endpoints")).to_be_visible()
