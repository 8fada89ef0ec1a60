"""A password goes to the places that were named when it was given, and to no others."""

import pytest

from wattledger.collect.address import Device, parse_address
from wattledger.collect.errors import AttemptError
from wattledger.collect.password_places import PasswordPlaces
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Recipe

STEPS = [
    {"action": "navigate", "url": "http://pdu.example:81/x"},
    {"action": "navigate", "url": "/y"},
    {"action": "click", "selector": "a"},
]


def places(address: str, **login: str) -> PasswordPlaces:
    recipe = Recipe.model_validate(
        {"authConfig": login, "scrapingConfig": {"valueSelector": "#x", "steps": STEPS}}
    )
    return PasswordPlaces.of(Device(parse_address(address), "10.0.0.5"), recipe)


@pytest.mark.parametrize(
    "url",
    [
        "http://pdu.example/",
        "http://PDU.example./login?x=1",
        "http://10.0.0.5/login",
        "http://pdu.example:80",
        "https://pdu.example/",
        "https://10.0.0.5:443/",
        "http://pdu.example:81/login",
        "https://pdu.example:8443/login",
    ],
)
def test_it_goes_to_the_device_as_it_was_named(url: str) -> None:
    places("pdu.example", loginUrl="https://pdu.example:8443/login").refuse_elsewhere(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://pdu.example:8080/",
        "http://other.example/",
        "http://10.0.0.6/",
        "https://pdu.example:81/",
        "http://pdu.example:443/",
        "http://user@pdu.example/",
        "http://pdu.example:99999/",
        "about:blank",
        "http://[",
    ],
)
def test_it_goes_nowhere_else(url: str) -> None:
    with pytest.raises(AttemptError) as caught:
        places("pdu.example").refuse_elsewhere(url)
    assert caught.value.outcome is Outcome.REFUSED
    assert "http://pdu.example" in caught.value.message


def test_what_was_given_for_a_safe_way_does_not_go_in_the_clear() -> None:
    with pytest.raises(AttemptError, match=r"not sent to http://pdu\.example:80"):
        places("https://pdu.example").refuse_elsewhere("http://pdu.example/")
