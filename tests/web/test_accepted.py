"""What a caller takes is read with its weights: a coding of weight 0 is one it refuses."""

import pytest

from wattledger.web.accepted import takes


@pytest.mark.parametrize(
    ("header", "is_taken"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("gzip, deflate, br, zstd", True),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        ("*", True),
        ("gzip;q=0.001", True),
        ("gzip ; Q=1.000", True),
        ("identity;q=0.5, gzip;q=0.5", True),
        ("identity;q=0, gzip;q=0.1", True),
        ("*;q=0, gzip", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0, identity", False),
        ("gzip;q=0.000", False),
        ("gzip;q=0, *", False),
        ("*;q=0", False),
        ("identity, gzip;q=0.5", False),
        ("identity;q=0.5, *;q=0.2", False),
        ("not-gzip", False),
        ("gzip2", False),
        ("gzip;q=much", False),
        ("gzip;q=-1", False),
        ("gzip;q=nan", False),
        ("gzip;level=9", False),
        (",,;", False),
    ],
)
def test_a_coding_is_taken_by_who_says_so(header: str, *, is_taken: bool) -> None:
    assert takes("gzip", header) is is_taken
