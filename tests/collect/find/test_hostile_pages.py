"""A page made to be searched for hours is searched for seconds."""

import time

import pytest
from tests.collect.find.pages import seen

ROWS = "".join(f"<tr><td>Outlet {n}<td>{n}.5 kWh" for n in range(40_000))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (f"<table>{ROWS}", "text/html"),
        ("<table><tr>" + "".join(f"<td>{n}.5 kWh" for n in range(90_000)), "text/html"),
        ("<div>1 kWh " * 4_900, "text/html"),
        ("<span>7 kWh</span>" * 100_000, "text/html"),
        ("Energy 7 kWh<br>" * 100_000, "text/html"),
        ('<input value="5 kWh">' * 90_000, "text/html"),
        ("1" * 2_000_000, "text/html"),
        ("<p>Energy 1" + " " * 1_900_000 + "2 kWh</p>", "text/html"),
        ("<p>" + "Energy " * 200_000 + "<b>5 kWh</b></p>", "text/html"),
        ("".join(f"<b id=x{n}>{n} kWh</b>" for n in range(60_000)), "text/html"),
        ("[" + ",".join('{"name":"e","energy":5}' for _ in range(60_000)) + "]", "text/json"),
        ('{"a":' * 5_000 + "1" + "}" * 5_000, "text/json"),
        ("<?xml version='1.0'?><a>" + "<v>7</v>" * 200_000 + "</a>", "text/xml"),
        ("<?xml version='1.0'?>" + "<a>" * 4_000 + "7" + "</a>" * 4_000, "text/xml"),
    ],
)
def test_it_ends_in_time(text: str, kind: str) -> None:
    started = time.monotonic()
    looked = seen(text, content_type=kind, seconds=2)
    # What is parsed and listed once is beyond the limit; nothing is that is done for each number.
    assert time.monotonic() - started < 20
    assert len(looked.found.numbers) <= 500
