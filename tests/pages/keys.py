"""Somebody who has a keyboard and nothing to point with."""

from playwright.sync_api import Locator, Page, expect

_IS_THERE = "(each) => each === document.activeElement"
_RING = """
(each) => [each, each.nextElementSibling, each.parentElement].some((part) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(part ?? each);
  return outlineStyle !== "none" && parseFloat(outlineWidth) > 0;
})
"""
_FIELD = "(each) => each.matches('textarea, input:not([type=checkbox], [type=radio])')"
_WHERE = "document.activeElement.outerHTML.slice(0, 160)"


def reach(page: Page, target: Locator, *, within: int = 60) -> None:
    """Go on by Tab until a control has the keyboard, which is seen on it."""
    expect(target).to_be_attached()
    passed = []
    for _ in range(within):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(_WHERE))
        if target.evaluate(_IS_THERE):
            # A field shows it by its frame's colour.
            assert target.evaluate(_FIELD) or target.evaluate(_RING), passed[-1]
            return
    raise AssertionError(passed)


def use(page: Page, target: Locator, key: str = "Enter", *, within: int = 60) -> None:
    """Reach a control, and press a key there."""
    reach(page, target, within=within)
    page.keyboard.press(key)


def write(page: Page, target: Locator, text: str, *, within: int = 60) -> None:
    """Reach a field, and type into it in place of what stands there."""
    reach(page, target, within=within)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def pick(page: Page, choice: Locator) -> None:
    """Take a choice of the menu that has just opened."""
    expect(choice).to_be_visible()
    for _ in range(10):
        page.keyboard.press("ArrowDown")
        if choice.evaluate(_IS_THERE):
            page.keyboard.press("Enter")
            return
    raise AssertionError(page.evaluate(_WHERE))
