"""Whatever a recipe says, it is refused or reads a page within its time, and ends in an outcome."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.extract import extract
from wattledger.collect.match import match
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Recipe, ScrapingConfig

SECONDS = 3
"""Far above the quarter of a second a pattern gets: the machine may be busy. Unstopped, each of
these would run for longer than anybody waits."""

CATASTROPHIC = [
    r"(a+)+$",
    r"(?:a|a)*b",
    r"(?:a*)*b",
    r"((?:a?){40}a{40})b",
    r"(?:[a-z]+[0-9a-z]*)*!",
    r"(?:.*a){25}b",
    r"^(?:(?:a+)+)+$",
    r"(?:a|aa)+$",
]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_a_pattern_that_would_never_end_is_stopped(pattern: str) -> None:
    ScrapingConfig.model_validate({"valueSelector": "b", "valuePattern": pattern})
    begun = time.perf_counter()
    with pytest.raises(AttemptError) as refused:
        match("a" * 40_000 + "###", pattern)
    assert refused.value.outcome is Outcome.PATTERN_MISSING
    assert time.perf_counter() - begun < SECONDS


PIECES = ["(", ")", "[", "]", "*", "+", "?", "{2}", "|", ".", "a", "9", r"\d", r"\s", "^", "$"]
PIECES += ["(?:", "(?=", "(?P<x>", r"\1", "(?i)", "{1,9}", "[^>]", "é", "\x00"]
patterns = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
selectors = (
    st.text(max_size=20)
    | st.sampled_from(
        ["b", "b@x", "*", ":not(", "a > b ~ c", "[x='1']", ":has(b)", ":nth-child(2)"]
    )
    | st.builds(
        "{}{}".format,
        st.sampled_from(["xpath:", "json:", "text:", "css:"]),
        st.text(max_size=15)
        | st.sampled_from(["//b", "//b[", "count(//b)", "$..*", "$[?@.a>1]", "Total", "//@*", "1"]),
    )
)
scrapings = st.fixed_dictionaries(
    {"valueSelector": selectors},
    optional={
        "valuePattern": patterns,
        "unit": st.sampled_from(["kWh", "MWh", "W", "", "furlong"]),
        "decimal": st.sampled_from(["auto", ".", ",", ";"]),
        "fields": st.dictionaries(
            st.sampled_from(["power", "serial", "resetStamp", "colour"]),
            st.fixed_dictionaries({"selector": selectors}, optional={"pattern": patterns}),
            max_size=2,
        ),
    },
)
pages = st.text(max_size=200) | st.sampled_from(
    [
        "<b x='1'>1.234,5 kWh</b><b>2</b>",
        '{"a": [1, {"b": "12543.5 kWh"}], "c": null}',
        "<?xml version='1.0'?><r><b x='7'>12,5</b></r>",
        "<table><tr><th>Total<td>5 MWh</table>",
        "<b>" * 500,
        "[" * 500,
    ]
)
kinds = st.sampled_from(["text/html", "text/xml", "application/json", "text/plain", "nonsense"])


# Python tells of patterns that later versions of it may read otherwise; ours are read by regex.
@pytest.mark.filterwarnings("ignore:Possible :FutureWarning")
@settings(max_examples=300)
@given(said=scrapings, page=pages, kind=kinds)
def test_any_recipe_is_refused_or_ends_in_a_value_or_an_outcome(
    said: dict[str, Any], page: str, kind: str
) -> None:
    try:
        config = ScrapingConfig.model_validate(said)
    except ValidationError:
        return
    try:
        sample = extract([Document("http://pdu/", kind, page)], config)
    except AttemptError:
        return
    assert sample.total_milliwh is not None


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | patterns,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["action", "selector", "url", "text", "valueSelector", "steps", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@pytest.mark.filterwarnings("ignore:Possible :FutureWarning")
@settings(max_examples=300)
@given(
    said=st.dictionaries(
        st.sampled_from(["authType", "authConfig", "scrapingConfig", "steps"]), anything
    )
    | anything
)
def test_anything_is_a_recipe_or_is_refused_in_words(said: object) -> None:
    with suppress(ValidationError):
        assert Recipe.model_validate(said).scraping_config.value_selector
