"""Messages leave by a process of their own, to where they may go, and no secret stays behind."""

import os

import pytest
from tests.notify.receivers import MailServer, Webhook

from wattledger.domain.errors import InvalidInputError
from wattledger.notify import sender as sender_module
from wattledger.notify.message import Message
from wattledger.notify.reach import Reach
from wattledger.notify.sender import Destination, Sender

HERE = Reach(allow_loopback=True)
MESSAGE = Message(
    "Rack A3 <cannot> be read", "It {{hangs}} & *more*.\nLook: http://x/a_b_c", "failure"
)


def test_a_webhook_gets_title_and_text_as_they_are(webhook: Webhook) -> None:
    assert Sender().send(webhook.url, MESSAGE, HERE) is None
    [body] = webhook.bodies
    assert (body["title"], body["message"], body["type"]) == (
        MESSAGE.title,
        MESSAGE.body,
        "failure",
    )


def test_a_mail_reaches_who_it_is_for(mail_server: MailServer) -> None:
    url = (
        f"mailto://wattledger:{mail_server.password}@127.0.0.1:{mail_server.port}"
        "/?to=night@example.com&from=wattledger@example.com&format=text"
    )
    assert Sender().send(url, MESSAGE, HERE) is None
    [mail] = mail_server.mails
    assert "night@example.com" in mail["To"]
    assert mail["Subject"] == MESSAGE.title
    text = mail.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert MESSAGE.body in text.decode().replace("\r\n", "\n")


def test_a_mail_server_that_refuses_the_login_is_told_of(mail_server: MailServer) -> None:
    url = (
        f"mailto://wattledger:wrong@127.0.0.1:{mail_server.port}/?to=a@example.com&from=b@c.example"
    )
    problem = Sender().send(url, MESSAGE, HERE)
    assert problem == "The service refused the login or the key; check it."
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "refused the login"),
        (404, "does not know this address"),
        (429, "no more messages"),
        (500, "itself failed"),
    ],
)
def test_a_service_that_does_not_take_it_is_told_of_without_its_address(
    webhook: Webhook, status: int, words: str
) -> None:
    webhook.status = status
    problem = Sender().send(webhook.url, MESSAGE, HERE)
    assert problem is not None
    assert words in problem
    assert "Mkr" not in problem
    assert "s3cret" not in problem


def test_a_redirect_is_not_followed(webhook: Webhook) -> None:
    webhook.status, webhook.location = 307, f"http://127.0.0.1:{webhook.server_port}/elsewhere"
    problem = Sender().send(webhook.url, MESSAGE, HERE)
    assert problem == "The service sends on to another address; give that one."
    assert len(webhook.bodies) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f000001"])
def test_nothing_is_sent_into_this_machine_unless_it_is_allowed(
    webhook: Webhook, host: str
) -> None:
    problem = Sender().send(f"json://{host}:{webhook.server_port}/", MESSAGE, Reach())
    assert problem is not None
    assert webhook.bodies == []


def test_nothing_is_sent_to_the_server_itself(webhook: Webhook) -> None:
    reach = Reach(allow_loopback=True, own_port=webhook.server_port)
    problem = Sender().send(webhook.url, MESSAGE, reach)
    assert problem is not None
    assert f"127.0.0.1 port {webhook.server_port} is Wattledger itself" in problem
    assert webhook.bodies == []


def test_a_mail_server_is_looked_at_like_any_other(mail_server: MailServer) -> None:
    url = f"mailto://a:b@example.com/?smtp=127.0.0.1&to=a@example.com&port={mail_server.port}"
    problem = Sender().send(url, MESSAGE, Reach())
    assert problem is not None
    assert "is this machine itself" in problem
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("url", "known"),
    [
        ("mailtos://me:s3cret@mail.example.com", ("Mail", "mailtos://mail.example.com")),
        ("jsons://me:s3cret@hooks.example/key", ("Webhook (JSON)", "jsons://hooks.example")),
        (
            "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            ("Slack", "slack://…"),
        ),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/", ("Telegram", "tgram://…")),
        ("ntfy://secret-topic", ("ntfy", "ntfy://…")),
    ],
)
def test_what_is_shown_of_an_address_is_no_secret(url: str, known: tuple[str, str]) -> None:
    assert Sender().look_at(url) == Destination(*known)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "one of these: Mail, Slack"),
        ("night@example.com", "one of these: Mail, Slack"),
        ("https://example.com/hook", "write jsons:// in place of https://"),
        ("json://[::1", "not an address"),
        ("mailto://a:b@example.com/?to=night@example.com,+day@example.com", "a recipient"),
        ("syslog://", "one of these: Mail, Slack"),
        ("jsons://example.com/?template=/etc/passwd", "'template' is not taken"),
        ("jsons://example.com/?redirect=yes", "'redirect' is not taken"),
    ],
)
def test_an_address_that_is_none_is_refused_with_what_to_do(url: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as told:
        Sender().look_at(url)
    assert told.value.field == "url"


def test_a_receiver_that_hangs_is_given_up(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender_module, "LONGEST_SECONDS", 0.2)
    problem = Sender().send(webhook.url, MESSAGE, HERE)
    assert problem is not None
    assert "took longer" in problem


def test_our_settings_stay_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATTLEDGER_KEY", "s3cret")
    assert "WATTLEDGER_KEY" in os.environ
    assert "WATTLEDGER_KEY" not in sender_module._environment()  # noqa: SLF001 - all it hands on
