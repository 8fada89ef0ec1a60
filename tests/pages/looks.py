"""A page in each size and colour scheme that people have."""

import pytest
from playwright.sync_api import expect
from tests.pages.conftest import DESK, PHONE
from tests.pages.visitor import Scheme, Visitor

LOOKS: tuple[tuple[tuple[int, int], Scheme], ...] = (
    (DESK, "light"),
    (DESK, "dark"),
    (PHONE, "light"),
    (PHONE, "dark"),
)
in_every_look = pytest.mark.parametrize(("size", "scheme"), LOOKS)
"""Runs a test in each of them."""
_TURNS: tuple[tuple[tuple[int, int], tuple[Scheme, Scheme]], ...] = (
    (DESK, ("dark", "light")),
    (PHONE, ("light", "dark")),
)


def is_fine_in_every_look(visitor: Visitor) -> None:
    """Assert that everybody can use the page as it stands, in each size and colour scheme.

    What does not depend on colours is looked at once in each size.
    """
    page = visitor.page
    for size, schemes in _TURNS:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        visitor.fits()
        for scheme, rules in zip(schemes, (("color-contrast",), ()), strict=True):
            page.emulate_media(color_scheme=scheme)
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            visitor.is_accessible(rules)
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
