"""Bytes become text as the device meant it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.collect.decode import decode

WORD = "Zählerstand 5 kWh"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WORD.encode(), "text/html; charset=utf-8"),
        (WORD.encode("latin-1"), "text/html; charset=ISO-8859-1"),
        (WORD.encode("latin-1"), 'text/html; charset="latin-1"'),
        (WORD.encode(), None),
        (WORD.encode(), "text/html"),
        (WORD.encode("latin-1"), "text/html"),
        (b"\xef\xbb\xbf" + WORD.encode(), "text/html; charset=latin-1"),
        (b"\xff\xfe" + WORD.encode("utf-16-le"), None),
        (WORD.encode(), "text/html; charset=klingon"),
        (WORD.encode(), "text/html; charset=base64"),
    ],
)
def test_a_body_is_decoded(body: bytes, content_type: str | None) -> None:
    assert decode(body, content_type) == WORD


@pytest.mark.parametrize(
    "head",
    [
        "<meta charset=iso-8859-1>",
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">',
        '<?xml version="1.0" encoding="iso-8859-1"?>',
    ],
)
def test_the_page_itself_says_its_charset(head: str) -> None:
    assert decode((head + WORD).encode("latin-1"), "text/html") == head + WORD


def test_latin_1_means_what_browsers_take_it_for() -> None:
    assert decode(b"5 \x80", "text/html; charset=iso-8859-1") == "5 €"


@given(st.binary(max_size=500), st.none() | st.text(max_size=40))
def test_any_bytes_become_text(body: bytes, content_type: str | None) -> None:
    assert isinstance(decode(body, content_type), str)
