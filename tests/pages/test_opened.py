"""What opens on the pages: messages, dialogs, menus and the palette, in whatever window."""

import re

import pytest
from playwright.sync_api import Locator, expect
from tests.pages.conftest import PHONE, Visit
from tests.pages.hall import Hall, name_of, public_id
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme

CUT_OFF = """
(part) => [...part.querySelectorAll("th, td, th *, td *")]
  .filter((each) => each.innerText && each.clientWidth > 1)
  .filter((each) => getComputedStyle(each).overflowX !== "visible" &&
    (each.scrollWidth > each.clientWidth || each.scrollHeight > each.clientHeight + 1))
  .map((each) => each.innerText)
"""
"""What of a table is not shown whole."""
EXAMPLE_COLOUR = "(input) => getComputedStyle(input, '::placeholder').color"


@pytest.fixture(scope="module")
def hall() -> Hall:
    """Return a small hall."""
    return Hall(30)


def place_of(part: Locator) -> tuple[float, float]:
    """Return where a part begins and ends, from above."""
    box = part.bounding_box()
    assert box is not None
    return box["y"], box["y"] + box["height"]


def test_a_message_leaves_a_phone_its_bottom_bar(visit: Visit) -> None:
    with visit("/endpoints?search=A1", size=PHONE, scheme="dark") as visitor:
        page = visitor.page
        page.get_by_label(f"Choose {name_of(10)}", exact=True).check()
        page.get_by_role("button", name="Delete").click()
        message = page.get_by_role("alert").filter(has_text="1 endpoint deleted")
        expect(message.get_by_role("button", name="Undo")).to_be_visible()
        bar = page.get_by_role("navigation", name="Pages").last
        assert place_of(message)[1] <= place_of(bar)[0]
        visitor.is_accessible()
        message.get_by_role("button", name="Undo").click()
        expect(page.get_by_text("1 endpoint restored")).to_be_visible()


@in_every_look
def test_an_example_in_a_wrong_field_does_not_look_like_what_was_typed(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit("/setup", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Give it a name.")).to_be_visible()
        wrong = page.get_by_role("textbox", name="Name", exact=True)
        right = page.get_by_role("textbox", name="Location")
        assert wrong.evaluate(EXAMPLE_COLOUR) == right.evaluate(EXAMPLE_COLOUR)


def test_the_palette_says_where_nothing_has_a_name_and_stays_where_it_is(visit: Visit) -> None:
    with visit() as visitor:
        page = visitor.page
        page.keyboard.press("Control+K")
        field = page.get_by_role("dialog").get_by_role("textbox")
        expect(page.get_by_role("dialog").get_by_text("Endpoints")).to_be_visible()
        before = place_of(field)
        field.fill("nothing has this name")
        expect(page.get_by_text("Nothing has that in its name.")).to_be_visible()
        assert place_of(field) == before
        visitor.is_accessible()


def test_another_value_is_one_that_is_not_read_yet(visit: Visit) -> None:
    with visit("/setup") as visitor:
        page = visitor.page
        more = page.get_by_role("button", name="Read another value")
        for name in ("Power", "Voltage", "Current", "Power factor"):
            more.click()
            expect(page.get_by_role("combobox", name="Value").last).to_have_value(name)
        expect(more).to_have_count(0)
        page.get_by_role("button", name="Do not read this value").first.click()
        more.click()
        expect(page.get_by_role("combobox", name="Value").last).to_have_value("Power")


def test_a_file_of_which_nothing_can_be_taken_is_not_offered_for_import(visit: Visit) -> None:
    with visit("/endpoints") as visitor:
        page = visitor.page
        page.get_by_role("button", name="Import and export").click()
        page.get_by_role("menuitem", name="Import a list").click()
        lines = b"endpoint,client,address,poll_interval\nX,Soylent,10.9.9.1,often\n"
        page.locator("input[type=file]").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": lines}
        )
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("1 line is bad")
        expect(dialog.get_by_role("button", name=re.compile("Import"))).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "opens", "saves", "field", "tells"),
    [
        ("/jobs", "Add job|Add the first one", "Save", "Name", "Give it a name."),
        ("/access", "Invite a user", "Invite", "Name to sign in with", "Say with which name"),
        ("/access?tab=tokens", "Make ", "Make it", "Name", "Say what it is for."),
        ("/alerts?tab=channels", "Add ", "Save", "Name", "Give it a name."),
    ],
)
def test_a_dialog_tells_what_is_missing_and_goes_there(
    visit: Visit, path: str, opens: str, saves: str, field: str, tells: str
) -> None:
    with visit(path, size=PHONE) as visitor:
        page = visitor.page
        page.get_by_role("button", name=re.compile(opens)).first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name=saves, exact=True).click()
        expect(dialog.get_by_text(tells)).to_be_in_viewport()
        expect(dialog.get_by_role("textbox", name=field, exact=True)).to_be_focused()


@in_every_look
def test_what_a_check_reading_changes_is_shown_whole(
    visit: Visit, size: tuple[int, int], scheme: Scheme
) -> None:
    with visit(f"/endpoints/{public_id(3)}?tab=events", size=size, scheme=scheme) as visitor:
        page = visitor.page
        page.get_by_role("button", name="Enter a check reading").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("The register as displayed").fill("12")
        dialog.get_by_label("Why").fill("Read at the device.")
        dialog.get_by_role("button", name="Show what changes").click()
        frame = dialog.get_by_role("region", name="Readings that change")
        expect(frame.get_by_role("row").nth(1)).to_contain_text("held")
        assert frame.evaluate("(each) => each.scrollWidth - each.clientWidth") == 0
        cut: list[str] = frame.evaluate(CUT_OFF)
        assert not cut, cut


def test_when_a_job_runs_is_told_whole(visit: Visit) -> None:
    with visit("/jobs") as visitor:
        page = visitor.page
        page.get_by_role("button", name=re.compile("Add job|Add the first one")).first.click()
        page.get_by_role("textbox", name="Name", exact=True).fill("On workdays")
        page.get_by_role("combobox", name="Runs").click()
        page.get_by_role("option").first.click()
        page.get_by_label("When (cron)").fill("*/15 8-18 * * 1-5")
        page.get_by_role("button", name="Save").click()
        jobs = page.get_by_role("table", name="Jobs")
        expect(jobs).to_contain_text("Every 15th minute")
        cut: list[str] = jobs.evaluate(CUT_OFF)
        assert not cut, cut
        page.get_by_role("button", name="Run On workdays now").click()
        # Times of the log stand alone otherwise.
        expect(page.get_by_role("heading", name=re.compile(r"^Log, \w+"))).to_be_visible()
        page.get_by_role("button", name="Cancel").click()


def test_an_endpoint_that_is_not_there_leads_to_those_that_are(visit: Visit) -> None:
    with visit(f"/endpoints/{public_id(999)}") as visitor:
        page = visitor.page
        expect(page.get_by_text("No endpoint has this address, or it was deleted.")).to_be_visible()
        page.get_by_role("link", name="To the endpoints").click()
        expect(page.get_by_role("link", name=name_of(1))).to_be_visible()
        visitor.found_no_fault(but="404")
        visitor.faults.clear()
