"""Names people give."""

import pytest

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.name import LONGEST_NAME, parse_name, parse_name_field


@pytest.mark.parametrize(
    ("text", "name"),
    [("Rack A3", "Rack A3"), ("  Rack   A3 ", "Rack A3"), ("Zähler №7", "Zähler №7")],
)
def test_a_name_is_one_clean_line(text: str, name: str) -> None:
    assert parse_name(text, "endpoint") == name


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the name of the meter is empty"),
        ("   ", "is empty"),
        ("a\nb", "line break"),
        ("a\0b", "control character"),
        ("x" * (LONGEST_NAME + 1), "has 201 characters; 200 is the most"),
    ],
)
def test_what_is_no_name_is_told(text: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        parse_name(text, "meter")


def test_a_name_may_have_to_be_shorter() -> None:
    with pytest.raises(InvalidInputError, match="has 6 characters; 5 is the most"):
        parse_name("outlet", "meter", 5)


def test_a_name_in_a_field_is_told_as_a_sentence_with_its_field() -> None:
    with pytest.raises(InvalidInputError, match="The name of the client is empty") as refused:
        parse_name_field(" ", "client")
    assert refused.value.field == "name"
