"""Where a command puts a report: a file, or stdout; bytes never onto a terminal."""

import getpass
import sys
from pathlib import Path

import typer

from wattledger.cli import console
from wattledger.domain.errors import InvalidInputError


def check_place(output: Path | None, what: str) -> None:
    """Refuse bytes for a terminal, before they are made."""
    if output is None and sys.stdout.isatty():
        raise InvalidInputError(
            f"{what} is not for a terminal; name a file with --output, or send it into a pipe."
        )


def put_bytes(content: bytes, output: Path | None) -> None:
    """Write bytes to a file, or to stdout where none is named."""
    if output is None:
        typer.echo(content, nl=False)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise InvalidInputError(
            f"{output} cannot be written ({error.strerror}); name another file.", field="output"
        ) from None
    console.note(f"{output}: {len(content):,} bytes")


def put_text(content: str, output: Path | None) -> None:
    """Write text as ``put_bytes`` does, on a terminal too."""
    put_bytes(content.encode("utf-8"), output)


def login_name() -> str:
    """Return who is logged in here; ``unknown`` where the system does not tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
