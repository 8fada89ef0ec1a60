"""What commands have in common that read a device once and answer a person or a program."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import typer

from wattledger.domain.errors import WattledgerError
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Engine


@contextmanager
def telling_programs(empty: Mapping[str, Any], *, json_: bool) -> Iterator[None]:
    """Tell a program in the form of an answer where it came to none, or to no end of one.

    ``empty`` are the fields of an answer that hold nothing then. Exit 1.
    """
    try:
        yield
    except WattledgerError as error:
        if not json_:
            raise
        print_line(_no_answer(Outcome.REFUSED, str(error), empty))
        raise typer.Exit(1) from None
    except Exception as error:
        if json_:
            why = f"Something went wrong within Wattledger ({type(error).__name__}): report it."
            print_line(_no_answer(Outcome.INTERNAL_ERROR, why, empty))
        raise


def print_line(fields: Mapping[str, Any]) -> None:
    """Print an answer for programs: JSON on one line."""
    typer.echo(json.dumps(fields, ensure_ascii=False))


def _no_answer(outcome: Outcome, message: str, empty: Mapping[str, Any]) -> dict[str, Any]:
    read = {"transport": Engine.HTTP.value, "milliseconds": 0}
    return {"outcome": outcome.value, "message": message, **read, **empty}
