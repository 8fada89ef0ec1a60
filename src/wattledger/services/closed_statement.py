"""A closed month's statement as it was sealed; refused where it is not kept so."""

from dataclasses import replace

from wattledger.domain.errors import NotAsSealedError
from wattledger.domain.seal import fits
from wattledger.domain.statement import Statement
from wattledger.reports.stored_statement import statement_from_json
from wattledger.store.closes import ClosedMonth


def statement_of(closed: ClosedMonth) -> Statement:
    """Return a closed month's statement with its seal.

    NotAsSealedError where it was changed since: no bill, report or adjustment is made of it.
    """
    if not fits(closed.seal, closed.document):
        raise NotAsSealedError(
            f"The statement {closed.seal.number(closed.month)} of {closed.client} is not kept as "
            "it was sealed, so nothing is made of it: 'wattledger ledger verify' names what does "
            "not fit, a backup has what was sealed."
        )
    return replace(statement_from_json(closed.document), seal=closed.seal)
