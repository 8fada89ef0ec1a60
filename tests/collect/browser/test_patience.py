"""When what a page shows is believed."""

import asyncio
from collections.abc import Sequence

from wattledger.collect.attempt import Document
from wattledger.collect.browser.patience import Patience

NEVER_IDLE = 0
IDLE = 0.1


def page(text: str) -> tuple[Document, ...]:
    return (Document("http://127.0.0.1/", "text/html", text),)


def has_kwh(documents: Sequence[Document]) -> bool:
    return any("kWh" in document.text for document in documents)


async def test_a_value_is_believed_at_the_second_look() -> None:
    patience = Patience(has_kwh, settle_seconds=60)
    assert not patience.believes(page("1 kWh"), IDLE)
    assert patience.believes(page("1 kWh"), IDLE)


async def test_a_value_that_changed_is_looked_at_again() -> None:
    patience = Patience(has_kwh, settle_seconds=60)
    assert not patience.believes(page("1 kWh"), IDLE)
    assert not patience.believes(page("12 kWh"), IDLE)
    assert patience.believes(page("12 kWh"), IDLE)


async def test_a_value_is_not_believed_while_answers_are_awaited() -> None:
    patience = Patience(has_kwh, settle_seconds=60)
    assert not patience.believes(page("0 kWh"), NEVER_IDLE)
    assert not patience.believes(page("0 kWh"), NEVER_IDLE)
    assert not patience.believes(page("5 kWh"), IDLE)
    assert patience.believes(page("5 kWh"), IDLE)


async def test_a_page_that_never_stands_still_is_believed_after_a_while() -> None:
    patience = Patience(has_kwh, settle_seconds=0.05)
    assert not patience.believes(page("1 kWh 12:00:01"), NEVER_IDLE)
    await asyncio.sleep(0.06)
    assert patience.believes(page("1 kWh 12:00:02"), NEVER_IDLE)


async def test_a_page_being_replaced_begins_anew() -> None:
    patience = Patience(has_kwh, settle_seconds=0.05)
    assert not patience.believes(page("1 kWh"), IDLE)
    await asyncio.sleep(0.06)
    assert not patience.believes((), IDLE)
    assert not patience.believes(page("1 kWh"), IDLE)
    assert patience.believes(page("1 kWh"), IDLE)


async def test_what_does_not_show_the_value_is_never_believed() -> None:
    patience = Patience(has_kwh, settle_seconds=0)
    for _ in range(3):
        assert not patience.believes(page("---"), IDLE)
    assert patience.still_seconds >= 0
