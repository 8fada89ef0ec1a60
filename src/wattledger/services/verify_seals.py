"""Verify the closed statements: each as it was sealed, in an unbroken chain, with its readings.

Nothing here is ever repaired: what a statement said when it was sealed, no ledger can tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.seal import fits
from wattledger.domain.statement import Schema, Seal
from wattledger.reports.kept_readings import hash_of_packed
from wattledger.reports.read_fields import Fields, parse_object
from wattledger.services.beside_seals import beside_sentences
from wattledger.services.progress import Advance, Progress
from wattledger.store.closes import (
    ClosedMonth,
    closed_months,
    closes_of_client,
    kept_readings,
)
from wattledger.store.database import Connection, Database


@dataclass(frozen=True, slots=True)
class BrokenSeal:
    """A closed statement that is not kept as it was sealed: what does not fit, a sentence each."""

    closed: ClosedMonth
    sentences: Sequence[str]

    @property
    def number(self) -> str:
        """Return what people name the statement by."""
        return self.closed.seal.number(self.closed.month)


@dataclass(slots=True)
class VerifiedSeals:
    """How many closed statements were looked at, and those that do not fit their seals."""

    statements: int = 0
    broken: list[BrokenSeal] = field(default_factory=list)

    @property
    def is_right(self) -> bool:
        """Tell whether each is kept as it was sealed."""
        return not self.broken


def verify_seals(database: Database, progress: Progress) -> VerifiedSeals:
    """Reckon the seals of all clients' statements, and the hashes of the readings they keep."""
    with database.connect() as connection:
        months = closed_months(connection)
    verified = VerifiedSeals(sum(map(len, months.values())))
    if not months:
        return verified
    with progress("verifying closed statements", verified.statements) as advance:
        for client_id in months:
            # A transaction a client: whoever closes meanwhile does not wait for all of them.
            with database.connect() as connection:
                verified.broken += _broken(connection, client_id, advance)
    return verified


def _broken(connection: Connection, client_id: str, advance: Advance) -> Iterator[BrokenSeal]:
    before: Seal | None = None
    for closed in closes_of_client(connection, client_id):
        sentences = [
            *_chain_sentences(closed, before),
            *_document_sentences(connection, closed),
        ]
        # What is changed itself tells nothing of what stands beside it.
        sentences = sentences or [*beside_sentences(connection, closed)]
        if sentences:
            yield BrokenSeal(closed, sentences)
        before = closed.seal
        advance(1)


def _chain_sentences(closed: ClosedMonth, before: Seal | None) -> Iterator[str]:
    seal = closed.seal
    expected = (1, None) if before is None else (before.sequence + 1, before.sha256)
    if seal.sequence != expected[0]:
        yield f"its number is {seal.sequence} and not {expected[0]}: one before it is missing"
    if seal.previous_sha256 != expected[1]:
        yield (
            f"it follows the seal {seal.previous_sha256 or '-'}, and the statement before it has "
            f"{expected[1] or '-'}"
        )
    if not fits(seal, closed.document):
        yield (
            "its seal does not fit: what it says, its number, its predecessor, when or by whom it "
            "was closed was changed"
        )


def _document_sentences(connection: Connection, closed: ClosedMonth) -> Iterator[str]:
    try:
        fields = Fields(parse_object(closed.document), "statement")
        told = fields.text("clientId"), fields.text("month")
        is_evidenced = fields.whole("schema") >= Schema.EVIDENCED
        readings = fields.part("readings") if is_evidenced else None
        sealed = None if readings is None else readings.text("sha256")
    except InvalidInputError as error:
        yield f"it cannot be read: {str(error).rstrip('.')}"
        return
    if told != (closed.client_id, f"{closed.month:%Y-%m}"):
        yield f"it is that of {told[1]} of client {told[0]}"
    if is_evidenced and hash_of_packed(_packed(connection, closed)) != sealed:
        yield "the readings that are kept with it are not those that it seals"


def _packed(connection: Connection, closed: ClosedMonth) -> bytes:
    return kept_readings(connection, closed.client_id, closed.month)
