"""What is printed from the browser: the page alone, whole and in light colours."""

import io

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from tests.pages.conftest import Visit
from tests.pages.evidence import keep_failure
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.hall_server import HallServer
from tests.pages.visitor import Scheme

RACKS, READ = 230, 200
"""More than are read at once, and how many those are."""
_TELL_GROUND = """
addEventListener("beforeprint", () => {
  const ground = getComputedStyle(document.documentElement).getPropertyValue("--wl-bg");
  document.body.dataset.ground = ground;
});
"""


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall of which not all fits on a screen."""
    return Hall(RACKS)


def printed(page: Page) -> list[str]:
    """Return the text of each sheet."""
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert all(sheet.mediabox.width > sheet.mediabox.height for sheet in sheets)
    return [sheet.extract_text() for sheet in sheets]


def is_there(text: str, names: range) -> list[str]:
    """Return those of some racks that a text does not name."""
    return [name for number in names if (name := name_of(number)) not in text]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_list_is_printed_as_far_as_it_was_read_and_says_so(visit: Visit, scheme: Scheme) -> None:
    with visit("/endpoints", scheme=scheme) as visitor:
        page = visitor.page
        expect(page.get_by_role("link", name=name_of(1))).to_be_visible()
        expect(page.get_by_role("link", name=name_of(READ))).to_have_count(0)
        page.evaluate(_TELL_GROUND)
        text = "\n".join(printed(page))
        assert not is_there(text, range(1, READ + 1))
        assert "These are the first 200" in text
        for around in ("Skip to the page", "Settings", "Add endpoint"):
            assert around not in text
        assert page.locator("body").get_attribute("data-ground") == "#f7f8fa"
        # And the screen is as before.
        expect(page.get_by_role("link", name=name_of(READ))).to_have_count(0)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)


def test_all_cards_are_printed_close_to_each_other(visit: Visit) -> None:
    with visit() as visitor:
        page = visitor.page
        expect(page.get_by_text(f"{RACKS} of {RACKS}")).to_be_visible()
        sheets = printed(page)
        assert not is_there("\n".join(sheets), range(1, RACKS + 1))
        assert all(sheet.count("this month") >= 12 for sheet in sheets[:-1])


def test_what_is_open_before_a_page_is_printed_instead_of_it(
    visit: Visit, server: HallServer
) -> None:
    attempt = keep_failure(server, 13)
    with visit(f"/endpoints/{public_id(13)}?attempt={attempt}") as visitor:
        drawer = visitor.page.get_by_role("dialog", name="Evidence of a read")
        expect(drawer).to_contain_text("Steps")
        text = "\n".join(printed(visitor.page))
        assert "Evidence of a read" in text
        assert "Headers" in text
        assert "Month forecast" not in text
