"""Text becomes a number through one door; what could mean two is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.errors import AmbiguousNumberError, InvalidInputError, NotANumberError
from wattledger.domain.number import is_sentinel, parse_number
from wattledger.domain.recipe import DecimalMark

NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12543.5", "12543.5"),
        ("12543.50", "12543.50"),
        (" 7 ", "7"),
        ("-5", "-5"),
        ("\u22125,2", "-5.2"),
        ("+3.25", "3.25"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("0.123", "0.123"),
        ("0,123", "0.123"),
        ("1234.567", "1234.567"),
        ("000123.456", "123.456"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("1.234.567,80", "1234567.80"),
        ("12'543.5", "12543.5"),
        ("12\u2019543,5", "12543.5"),
        ("1 234 567", "1234567"),
        ("1 234.567", "1234.567"),
        (f"1{NBSP}234,5", "1234.5"),
        (f"1{THIN}234{THIN}567,5", "1234567.5"),
        (f"1{NARROW}234", "1234"),
        ("1.5e3", "1.5E+3"),
        ("12E-2", "0.12"),
    ],
)
def test_a_number_is_read_as_it_is_written(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["1.234", "1,234", "12.345", "999,999"])
def test_what_may_mean_two_numbers_is_refused_with_both_named(text: str) -> None:
    with pytest.raises(AmbiguousNumberError) as refused:
        parse_number(text)
    digits = text.replace(".", "").replace(",", "")
    assert digits in str(refused.value)
    assert f"{digits[:-3]}.{digits[-3:]}" in str(refused.value)
    assert "decimal" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("1,234", ",", "1.234"),
        ("1,234", ".", "1234"),
        ("1.234.567,8", ",", "1234567.8"),
    ],
)
def test_a_declared_decimal_mark_decides(text: str, mark: DecimalMark, value: str) -> None:
    assert parse_number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *("12 kWh", "1.2.3", "1,2,3", "1.23.456", "1,23,456.7", "12,34,567", "1.234 567"),
        *("1.234.567.8", "1 2345", "1'234 567", "--5", "5-", "1e", "e5", "0x10", "1_000", "."),
        *("\u0661\u0662", "\uff11\uff12", "1" * 65, "1.5e999", "abc", "$5", "5%", "1234,567,890"),
    ],
)
def test_what_is_no_number_is_told(text: str) -> None:
    with pytest.raises(NotANumberError, match="is not a number"):
        parse_number(text)


@pytest.mark.parametrize("mark", [".", ","])
def test_a_decimal_mark_that_comes_twice_is_refused_when_declared(mark: DecimalMark) -> None:
    with pytest.raises(NotANumberError):
        parse_number(f"1{mark}234{mark}567", mark)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "-", "---", "n/a", "N/A", "NaN", "-nan", "notsupported", "Not Supported", "xxx"],
)
def test_a_missing_number_is_none_and_not_zero(text: str) -> None:
    assert parse_number(text) is None


def test_the_printed_decimals_are_kept() -> None:
    number = parse_number("12.50")
    assert number is not None
    assert number.as_tuple().exponent == -2


@pytest.mark.parametrize("value", ["-1", "32767", "65535", "4294967295", "2147483647"])
def test_what_devices_show_for_no_value_is_known(value: str) -> None:
    assert is_sentinel(Decimal(value))
    assert not is_sentinel(Decimal(f"{value}.0"))


def test_ordinary_numbers_are_no_sentinels() -> None:
    assert not is_sentinel(Decimal(32766))
    assert not is_sentinel(Decimal("12543.5"))


decimals = st.decimals(
    min_value=-(10**12), max_value=10**12, places=3, allow_nan=False, allow_infinity=False
) | st.decimals(min_value=0, max_value=10**15, places=1, allow_nan=False, allow_infinity=False)


@given(
    decimals,
    st.sampled_from([(",", "."), (".", ","), ("'", "."), (" ", ","), (NBSP, ","), ("", ".")]),
)
def test_a_number_written_in_any_locale_comes_back(value: Decimal, marks: tuple[str, str]) -> None:
    thousands, point = marks
    written = f"{value:,f}".replace(",", "T").replace(".", point).replace("T", thousands)
    declared: DecimalMark = "." if point == "." else ","
    assert parse_number(written, declared) == value
    try:
        assert parse_number(written) == value
    except AmbiguousNumberError:
        assert thousands in ("", ".", ",", "'", " ", NBSP)


@given(st.text(max_size=80), st.sampled_from(["auto", ".", ","]))
def test_any_text_is_a_number_or_absent_or_refused(text: str, mark: DecimalMark) -> None:
    try:
        number = parse_number(text, mark)
    except InvalidInputError:
        return
    assert number is None or number.is_finite()


@given(st.from_regex(r"[-+0-9., 'eE]{1,20}", fullmatch=True))
def test_what_looks_like_a_number_never_means_another_by_its_marks(text: str) -> None:
    try:
        free = parse_number(text)
    except InvalidInputError:
        return
    readings = set()
    for mark in (".", ","):
        try:
            readings.add(parse_number(text, mark))
        except InvalidInputError:
            continue
    assert free in readings or not readings
