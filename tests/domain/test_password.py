"""A password is long and not the name; nothing else is asked of it."""

import pytest

from wattledger.domain.back_off import FREE_TRIES, LONGEST_WAIT, wait_after
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.password import LONGEST_PASSWORD, parse_password


@pytest.mark.parametrize(
    "text", ["correct horse", "            .", "x" * 499 + "y", "пароль-пароль"]
)
def test_long_ones_of_any_characters_are_good(text: str) -> None:
    assert parse_password(text, "anna") == text


@pytest.mark.parametrize(
    "text", ["", "elevenchars", "x" * LONGEST_PASSWORD + "y", "anna of berlin", "zzzzzzzzzzzzzz"]
)
def test_short_ones_the_name_and_one_character_are_not(text: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_password(text, "Anna of Berlin", "newPassword")
    assert refused.value.field == "newPassword"


def test_each_keyboard_s_way_to_write_a_letter_is_the_same() -> None:
    assert parse_password("Ko\u0308nigsallee 12", "anna") == "Königsallee 12"


def test_waiting_grows_and_has_an_end() -> None:
    waits = [wait_after(count) for count in range(1, 2000)]
    assert waits == sorted(waits)
    assert waits[: FREE_TRIES - 1] == [0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1] > 0
    assert waits[-1] == LONGEST_WAIT
