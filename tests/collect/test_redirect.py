"""Where redirects and refreshes lead."""

import pytest

from wattledger.collect.address import Device, parse_address
from wattledger.collect.errors import AttemptError
from wattledger.collect.page import Page
from wattledger.collect.redirect import redirected, refreshed
from wattledger.collect.request import Request, Response
from wattledger.domain.outcome import Outcome

DEVICE = Device(parse_address("pdu.example"), "10.0.0.5")
LOGIN = Request("http://pdu.example/login", "POST", body=b"p=x", secret=True)


def response(status: int, location: str | None) -> Response:
    headers = () if location is None else (("Location", location),)
    return Response(status, "http://pdu.example/login", headers, b"", 1)


@pytest.mark.parametrize("status", [301, 302, 303])
def test_after_a_form_a_redirect_is_followed_by_get(status: int) -> None:
    assert redirected(LOGIN, response(status, "home"), DEVICE) == Request("http://pdu.example/home")


@pytest.mark.parametrize("status", [307, 308])
def test_some_redirects_send_the_form_again(status: int) -> None:
    following = redirected(LOGIN, response(status, "/in2"), DEVICE)
    assert following == Request("http://pdu.example/in2", "POST", body=b"p=x", secret=True)


@pytest.mark.parametrize(("status", "location"), [(200, "/x"), (304, "/x"), (302, None)])
def test_other_answers_redirect_nowhere(status: int, location: str | None) -> None:
    assert redirected(LOGIN, response(status, location), DEVICE) is None


@pytest.mark.parametrize(
    "location", ["https://pdu.example/", "//10.0.0.5/x", "http://PDU.example:8"]
)
def test_the_device_itself_may_be_meant_in_other_words(location: str) -> None:
    assert redirected(LOGIN, response(302, location), DEVICE) is not None


@pytest.mark.parametrize(
    "location", ["http://10.0.0.6/", "//evil.example/", "file:///etc/passwd", "javascript:x"]
)
def test_everything_else_is_refused(location: str) -> None:
    with pytest.raises(AttemptError) as caught:
        redirected(LOGIN, response(302, location), DEVICE)
    assert caught.value.outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("0;url=/main", "http://pdu.example/main"),
        ("2; URL='main.htm'", "http://pdu.example/main.htm"),
        ("0,/main", "http://pdu.example/main"),
        ("1; /main", "http://pdu.example/main"),
        ("30; url=/main", None),
        ("5", None),
        ("5; url=http://pdu.example/login", None),
        ("soon; url=/main", None),
    ],
)
def test_a_page_refreshes_elsewhere_only_if_soon(content: str, url: str | None) -> None:
    body = f'<meta http-equiv="Refresh" content="{content}">'.encode()
    page = Page.of(Response(200, "http://pdu.example/login", (), body, 1))
    assert refreshed(page) == url
