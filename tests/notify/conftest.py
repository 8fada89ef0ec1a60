"""Receivers of messages."""

from collections.abc import Iterator

import pytest
from tests.notify.receivers import MailServer, Webhook, receiving


@pytest.fixture
def webhook() -> Iterator[Webhook]:
    """Give a web server that takes messages."""
    server = Webhook()
    with receiving(server):
        yield server


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """Give a mail server."""
    server = MailServer()
    with receiving(server):
        yield server
