"""Markup that would be parsed for minutes is refused at once; all else is parsed."""

import time

import pytest

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.parse import parse_html
from wattledger.collect.select import View
from wattledger.domain.outcome import Outcome

DEEP = "<div>1" * 300_000
CLOSED = "<b>" * 100_000 + "</b>" * 100_000
NAMED = "<b " + " ".join(f"a{number}=1" for number in range(150_000)) + ">5 kWh</b>"
QUOTED = "<b " + " ".join(f'a{number}=">"' for number in range(100_000)) + ">5 kWh</b>"


@pytest.mark.parametrize("text", [DEEP, CLOSED, NAMED, QUOTED])
def test_what_takes_minutes_is_refused_in_no_time(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(AttemptError, match="as no meter's page does") as refused:
        parse_html(text)
    assert refused.value.outcome is Outcome.TOO_LARGE
    assert time.monotonic() - started < 5


def test_neither_tree_of_a_view_is_made_of_it() -> None:
    view = View(Document("http://127.0.0.1/", "text/html", DEEP))
    for tree in ("tree", "root"):
        with pytest.raises(AttemptError):
            getattr(view, tree)


@pytest.mark.parametrize(
    "text",
    [
        "<table>" + "<tr><td>1<td>2" * 40_000,
        "<div>a</div>" * 60_000,
        "<p>a<br>" * 60_000,
        '<img src="data:image/png;base64,' + "A=" * 300_000 + '">',
        "<script>" + "if (a < b) c = d; " * 20_000 + "</script>",
    ],
)
def test_large_pages_are_parsed(text: str) -> None:
    assert parse_html(text).body is not None
