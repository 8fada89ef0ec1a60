"""Telling a busy device from a wrong password and from a missing page."""

import pytest

from wattledger.collect.errors import AttemptError
from wattledger.collect.page import Page
from wattledger.collect.refusal import challenge, refuse_busy, refuse_error
from wattledger.collect.request import Response
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthType


def page(body: str, status: int = 200, *offers: str) -> Page:
    headers = tuple(("WWW-Authenticate", offer) for offer in offers)
    return Page.of(Response(status, "http://10.0.0.5/x?y=1", headers, body.encode(), 1))


@pytest.mark.parametrize(
    "text",
    [
        "Someone is currently logged into the APC Management Web Server.",
        "Another user is already logged in.",
        "Somebody else is logged on!",
        "The maximum number of web sessions has been reached",
        "Too many users",
        "Ein anderer Benutzer ist bereits angemeldet.",
        "Maximale Anzahl von Sitzungen erreicht",
        "Un autre utilisateur est déjà connecté",
        "Otro usuario ya está conectado",
        "Un altro utente è già collegato",
        "Een andere gebruiker is al ingelogd",
        "已有用户登录,请稍后再试",
        "他のユーザーがログインしています",
    ],
)
def test_a_device_in_use_is_busy_in_any_language(text: str) -> None:
    with pytest.raises(AttemptError) as caught:
        refuse_busy(page(f"<title>PDU</title><p>Sorry.</p><p>{text}</p>"))
    assert caught.value.outcome is Outcome.BUSY
    assert text[:20] in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "You are already logged in.",
        "Logged in as admin",
        "Number of users: 3",
        "Wrong user name or password",
        "<script>var text = 'Another user is already logged in'</script>",
        "Too many failed attempts",
    ],
)
def test_other_pages_are_not_busy(text: str) -> None:
    refuse_busy(page(text))


@pytest.mark.parametrize(
    ("offers", "schemes", "realm"),
    [
        (['Basic realm="APC, NMC"'], ("Basic",), "APC"),
        (['Digest realm="PDU", nonce="a", qop="auth"', 'Basic realm="PDU"'],
         ("Digest", "Basic"), "PDU"),
        (['Digest realm="x", nonce="b", Basic realm="x"'], ("Digest", "Basic"), "x"),
        (["Negotiate"], ("Negotiate",), ""),
        ([], (), ""),
    ],
)  # fmt: skip
def test_the_logins_a_device_offers_are_read(
    offers: list[str], schemes: tuple[str, ...], realm: str
) -> None:
    offered = challenge(page("", 401, *offers).response)
    assert (offered.schemes, offered.realm) == (schemes, realm)


@pytest.mark.parametrize(
    ("status", "outcome", "words"),
    [
        (403, Outcome.AUTH_FAILED, "forbids /x (HTTP 403)"),
        (404, Outcome.HTTP_STATUS, "answered /x with HTTP 404"),
        (503, Outcome.HTTP_STATUS, "HTTP 503"),
        (401, Outcome.AUTH_FAILED, "of a kind that is not known here"),
    ],
)
def test_an_error_status_has_an_outcome(status: int, outcome: Outcome, words: str) -> None:
    with pytest.raises(AttemptError) as caught:
        refuse_error(page("", status), AuthType.BASIC)
    assert caught.value.outcome is outcome
    assert words in caught.value.message


def test_a_busy_device_is_busy_whatever_its_status() -> None:
    with pytest.raises(AttemptError) as caught:
        refuse_error(page("Too many sessions", 503), AuthType.NONE)
    assert caught.value.outcome is Outcome.BUSY


def test_a_page_with_a_good_status_passes() -> None:
    refuse_error(page("12543.5 kWh"), AuthType.NONE)
