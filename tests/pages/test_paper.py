"""What is printed from the browser: the page alone, all rows of a table, in light colours."""

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.pages.conftest import Visit
from tests.pages.hall import Hall, name_of
from tests.pages.visitor import Scheme

RACKS = 120
LIGHT_GROUND = "rgb(247, 248, 250)"


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a hall of which not all fits on a screen."""
    return Hall(RACKS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_list_is_printed_whole_without_what_is_around_it(visit: Visit, scheme: Scheme) -> None:
    with visit("/endpoints", scheme=scheme) as visitor:
        page = visitor.page
        expect(page.get_by_role("link", name=name_of(1))).to_be_visible()
        expect(page.get_by_role("link", name=name_of(RACKS))).to_have_count(0)
        page.evaluate(
            "addEventListener('beforeprint', () => {"
            " document.body.dataset.ground = getComputedStyle(document.body).backgroundColor; })"
        )
        sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        text = "\n".join(sheet.extract_text() for sheet in sheets)
        missing = [name for n in range(1, RACKS + 1) if (name := name_of(n)) not in text]
        assert not missing, text[:400]
        assert "Skip to the page" not in text
        assert "Settings" not in text
        assert sheets[0].mediabox.width > sheets[0].mediabox.height
        assert page.locator("body").get_attribute("data-ground") == LIGHT_GROUND
        # And the screen is as before.
        expect(page.get_by_role("link", name=name_of(RACKS))).to_have_count(0)
        expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
