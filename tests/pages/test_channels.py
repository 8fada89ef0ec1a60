"""Somebody lets alerts be told to others, tries it, changes it, and takes it back."""

import re

from playwright.sync_api import Locator, Page, expect
from tests.notify.conftest import mail_server, webhook
from tests.notify.receivers import MailServer, Webhook
from tests.pages.conftest import Visit
from tests.pages.looks import in_every_look
from tests.pages.visitor import Scheme

from wattledger.domain.permission import Role

__all__ = ["mail_server", "webhook"]

CHANNELS = "/alerts?tab=channels"
PROGRAM = "A program of yours"


def add(page: Page, name: str) -> Locator:
    """Open the dialog and give a name; returns the dialog."""
    page.get_by_role("button", name=re.compile("Add (channel|the first one)")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name", exact=True).fill(name)
    return dialog


def choose(page: Page, field: str, option: str) -> None:
    """Choose an option of a field."""
    page.get_by_role("combobox", name=field, exact=True).click()
    page.get_by_role("option", name=option).click()


def more(page: Page, name: str, what: str) -> None:
    """Choose from the menu of a channel."""
    page.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name=what).click()
    expect(page.get_by_role("menu")).to_have_count(0)


def row(page: Page, name: str) -> Locator:
    """Return a channel in the list."""
    channels = page.get_by_role("list", name="Channels").get_by_role("listitem")
    return channels.filter(has_text=name)


def delete(page: Page, name: str) -> None:
    """Delete a channel, and see it gone."""
    more(page, name, "Delete")
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(row(page, name)).to_have_count(0)


@in_every_look
def test_a_channel_is_added_tried_changed_and_deleted(
    visit: Visit, webhook: Webhook, size: tuple[int, int], scheme: Scheme
) -> None:
    name = f"Night shift {size[0]} {scheme}"
    with visit(CHANNELS, size=size, scheme=scheme) as visitor:
        page = visitor.page
        dialog = add(page, name)
        choose(page, "By", PROGRAM)
        dialog.get_by_role("checkbox", name="Busy").uncheck()
        visitor.is_accessible()
        dialog.get_by_role("button", name="Save").click()
        expect(dialog.get_by_text("Say where it leads.")).to_be_visible()
        dialog.get_by_role("textbox", name="Address").fill(webhook.url)
        dialog.get_by_role("button", name="Save").click()
        expect(row(page, name)).to_contain_text("Not used yet")
        page.get_by_role("button", name=f"Send a test to {name}").click()
        expect(row(page, name)).to_contain_text("Works")
        assert [body["title"] for body in webhook.bodies] == ["Wattledger: this is a test"]
        more(page, name, "Change")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("Webhook (JSON) · 127.0.0.1")
        expect(dialog.get_by_role("checkbox", name="Busy")).not_to_be_checked()
        dialog.get_by_role("switch", name="Only critical ones").click()
        visitor.is_accessible()
        dialog.get_by_role("button", name="Save").click()
        expect(row(page, name)).to_contain_text("critical ones only · after 5 min")
        assert "MkrHook91" not in page.content()
        more(page, name, "Turn off")
        expect(row(page, name)).to_contain_text("Off")
        visitor.is_accessible()
        visitor.has_no_overflow()
        delete(page, name)


def test_mail_is_set_up_without_writing_an_address_by_hand(
    visit: Visit, mail_server: MailServer
) -> None:
    with visit(CHANNELS) as visitor:
        page = visitor.page
        dialog = add(page, "Mail")
        dialog.get_by_role("textbox", name="To").fill("night@example.com, day@example.com")
        dialog.get_by_role("textbox", name="Mail server").fill(f"127.0.0.1:{mail_server.port}")
        choose(page, "Connection", "Not encrypted")
        dialog.get_by_role("textbox", name="User name").fill("wattledger@example.com")
        dialog.get_by_label("Password", exact=True).fill("wrong & long")
        dialog.get_by_role("textbox", name="From").fill("power@example.com")
        dialog.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Send a test to Mail").click()
        expect(row(page, "Mail")).to_contain_text("The service refused the login")
        expect(row(page, "Mail")).to_contain_text("Failing")
        visitor.is_accessible()
        mail_server.password = "wrong & long"
        page.get_by_role("button", name="Send a test to Mail").click()
        expect(row(page, "Mail")).to_contain_text("Works")
        [first, second] = mail_server.mails
        assert {str(first["To"]), str(second["To"])} == {"night@example.com", "day@example.com"}
        assert "power@example.com" in first["From"]
        delete(page, "Mail")


def test_who_may_not_change_channels_sees_them_alone(visit: Visit) -> None:
    with visit(CHANNELS, role=Role.VIEWER) as visitor:
        page = visitor.page
        expect(page.get_by_text("Nobody is told of alerts yet")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("Add"))).to_have_count(0)
