"""The one form of ZIP: other programs read it, and nothing else passes for it."""

import io
import zipfile
from datetime import date

import pytest

from wattledger.domain.errors import InvalidInputError
from wattledger.reports.stored_zip import Packed, read_stored_zip, stored_zip

FILES = [Packed("a.txt", b"one"), Packed("Ordner/Größe.txt", b""), Packed("b.bin", b"PK\x03\x04")]
DAY = date(2026, 4, 1)


def test_other_programs_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(stored_zip(FILES, DAY))) as other:
        assert other.testzip() is None
        assert [(name, other.read(name)) for name in other.namelist()] == FILES
        assert {entry.date_time for entry in other.infolist()} == {(2026, 4, 1, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in other.infolist()} == {0o100644}


def test_what_was_written_is_read_back() -> None:
    assert read_stored_zip(stored_zip(FILES, DAY)) == FILES
    with pytest.raises(InvalidInputError):
        read_stored_zip(stored_zip([], DAY))


@pytest.mark.parametrize("year", [1900, 2500])
def test_dates_that_a_zip_cannot_say_are_the_nearest(year: int) -> None:
    with zipfile.ZipFile(io.BytesIO(stored_zip(FILES, date(year, 1, 1)))) as other:
        assert other.infolist()[0].date_time[0] in {1980, 2107}


def test_a_zip_of_another_form_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as other:
        other.writestr("bomb.bin", bytes(1_000_000))
    for content in (
        out.getvalue(),
        b"",
        b"PK",
        b"PK\x03\x04",
        b"hello",
        stored_zip(FILES, DAY)[:40],
    ):
        with pytest.raises(InvalidInputError, match="no ZIP as Wattledger writes it"):
            read_stored_zip(content)


def test_a_name_that_is_no_utf8_is_refused() -> None:
    broken = stored_zip(FILES, DAY).replace("Größe".encode(), b"Gr\xff\xffsse")
    with pytest.raises(InvalidInputError):
        read_stored_zip(broken)


def test_more_files_than_a_zip_holds_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at most"):
        stored_zip([Packed("a", b"")] * 65_535, DAY)
