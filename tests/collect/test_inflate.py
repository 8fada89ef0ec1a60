"""Packed bodies: read as leniently as browsers do, within the limit."""

import gzip
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.collect.errors import AttemptError
from wattledger.collect.inflate import inflate
from wattledger.domain.outcome import Outcome

PAGE = b"<html>12543.5 kWh</html>"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("packed", "encoding"),
    [
        (gzip.compress(PAGE), "gzip"),
        (gzip.compress(PAGE) + b"trailing garbage", "X-GZIP"),
        (zlib.compress(PAGE), "deflate"),
        (raw_deflate(PAGE), "deflate"),
        (gzip.compress(PAGE), "deflate"),
        (gzip.compress(gzip.compress(PAGE)), "gzip, gzip"),
        (PAGE, "identity"),
        (PAGE, "gzip"),
        (PAGE, "deflate"),
        (b'{"kWh": 1}', "gzip"),
    ],
    # gzip writes the time into what it packs; each worker must name the cases alike.
    ids=range(10),
)
def test_a_page_is_unpacked_by_what_it_is(packed: bytes, encoding: str) -> None:
    assert inflate(packed, encoding, 1000) in {PAGE, b'{"kWh": 1}'}


@given(body=st.binary(max_size=2000), limit=st.integers(0, 2000))
def test_no_more_than_the_limit_is_ever_unpacked(body: bytes, limit: int) -> None:
    for packed in (gzip.compress(body), zlib.compress(body)):
        if len(body) <= limit:
            assert inflate(packed, "gzip", limit) == body
        else:
            with pytest.raises(AttemptError) as caught:
                inflate(packed, "gzip", limit)
            assert caught.value.outcome is Outcome.TOO_LARGE


@given(body=st.binary(min_size=1, max_size=500), cut=st.integers(1, 400))
def test_a_cut_page_is_never_taken_for_a_whole_one(body: bytes, cut: int) -> None:
    packed = gzip.compress(body)
    with pytest.raises(AttemptError) as caught:
        inflate(packed[: max(2, len(packed) - cut)], "gzip", 10_000)
    assert caught.value.outcome is Outcome.TRUNCATED


@given(body=st.binary(max_size=200))
def test_any_bytes_end_in_a_body_or_a_named_failure(body: bytes) -> None:
    with suppress(AttemptError):
        assert len(inflate(body, "deflate", 100)) <= max(100, len(body))


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(AttemptError, match="'br'"):
        inflate(b"x", "br", 10)
