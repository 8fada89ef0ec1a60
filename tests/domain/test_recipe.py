"""Recipes as users of the API write them."""

from typing import Any

import pytest
from pydantic import ValidationError

from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import (
    AuthType,
    ClickStep,
    Engine,
    Recipe,
    ScrapingConfig,
    TypeStep,
    WaitStep,
)

SHORT: dict[str, Any] = {"scrapingConfig": {"valueSelector": "#total", "valuePattern": "([0-9.]+)"}}
FULL: dict[str, Any] = {
    "authType": "form",
    "authConfig": {
        "loginUrl": "/login",
        "usernameField": "#user",
        "passwordField": "#password",
        "submitSelector": "#go",
        "username": "admin",
        "password": "secret",
        "loggedInWhen": "#logout",
        "logoutUrl": "/logout",
    },
    "scrapingConfig": {
        "engine": "browser",
        "steps": [
            {"action": "navigate", "url": "/energy"},
            {"action": "click", "selector": "#monthly"},
            {"action": "type", "selector": "#q", "value": "{username}"},
            {"action": "select", "selector": "#unit", "value": "kWh"},
            {"action": "wait", "milliseconds": 1000},
            {"action": "wait", "selector": "#total"},
        ],
        "valueSelector": "#total",
        "fields": {"power": {"selector": "#p", "unit": "W", "decimal": ","}},
        "unit": "kWh",
        "decimal": ",",
    },
}


def refused(document: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as error:
        Recipe.model_validate(document)
    return str(error.value)


def with_scraping(**changes: object) -> dict[str, Any]:
    return {"scrapingConfig": {**SHORT["scrapingConfig"], **changes}}


def test_the_short_form_works_as_it_stands() -> None:
    recipe = Recipe.model_validate(SHORT)
    assert recipe.auth_type is AuthType.NONE
    assert recipe.scraping_config.engine is Engine.AUTO
    assert recipe.scraping_config.steps == ()


def test_the_full_form_keeps_every_key() -> None:
    recipe = Recipe.model_validate(FULL)
    steps = recipe.scraping_config.steps
    assert steps[1] == ClickStep(action="click", selector="#monthly")
    assert steps[2] == TypeStep(action="type", selector="#q", text="{username}")
    assert steps[5] == WaitStep(action="wait", selector="#total")
    assert Recipe.model_validate(recipe.model_dump(by_alias=True)) == recipe


def test_a_password_is_not_in_what_is_printed() -> None:
    recipe = Recipe.model_validate(FULL)
    assert "secret" not in repr(recipe)
    assert "secret" not in recipe.model_dump_json()


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "scrapingConfig"),
        (with_scraping(valueSelector="  "), "The selector is empty"),
        (with_scraping(valuePattern="("), "not a regular expression"),
        (with_scraping(valuePattern="(a)(b)"), "has 2 groups"),
        (with_scraping(colour="red"), "colour"),
        (with_scraping(steps=[{"action": "jump"}]), "jump"),
        (with_scraping(steps=[{"action": "wait"}]), "either 'milliseconds' or 'selector'"),
        (
            with_scraping(steps=[{"action": "wait", "milliseconds": 1, "selector": "b"}]),
            "either 'milliseconds' or 'selector'",
        ),
        (with_scraping(steps=[{"action": "wait", "milliseconds": 10**6}]), "30000"),
        (with_scraping(steps=[{"action": "navigate", "url": "/"}] * 51), "50"),
        (with_scraping(fields={"frequency": {"selector": "b"}}), "frequency"),
        ({**SHORT, "authType": "digest"}, "needs authConfig.username"),
        ({**SHORT, "authType": "basic", "authConfig": {"username": "a"}}, "authConfig.password"),
    ],
)
def test_a_wrong_recipe_says_what_is_wrong(document: dict[str, Any], told: str) -> None:
    assert told in refused(document)


def test_a_failure_that_time_may_mend_is_retryable() -> None:
    assert Outcome.TIMEOUT.retryable
    assert Outcome.BUSY.retryable
    assert not Outcome.AUTH_FAILED.retryable
    assert not Outcome.OK.retryable


@pytest.mark.parametrize("more", [{"unit": "kWh"}, {"decimal": ","}])
def test_a_text_field_takes_no_unit(more: dict[str, str]) -> None:
    fields = {"serial": {"selector": "#sn", **more}}
    with pytest.raises(ValidationError, match=r"fields\.serial is a text: leave out"):
        ScrapingConfig.model_validate({"valueSelector": "#t", "fields": fields})


def test_serial_and_reset_stamp_are_texts_with_a_pattern_of_their_own() -> None:
    fields = {
        "serial": {"selector": "#sn", "pattern": "SN ([A-Z0-9]+)"},
        "resetStamp": {"selector": "#reset"},
    }
    config = ScrapingConfig.model_validate({"valueSelector": "#kwh", "fields": fields})
    assert config.fields.keys() == fields.keys()
