"""Close a month: seal each client's statement, once and for ever (LEDGER 6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from wattledger.domain.errors import ConflictError, InvalidInputError
from wattledger.domain.finding import Finding
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthState
from wattledger.domain.seal import seal_of
from wattledger.domain.statement import Seal, Statement
from wattledger.reports.statement_json import sealed_document
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.bill_risk import findings_of
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.progress import Progress
from wattledger.store.closes import BilledEnergy, ClosedMonth, insert_close, last_closes
from wattledger.store.database import Database


@dataclass(frozen=True, slots=True)
class CloseOrder:
    """What to close, by whom, and whether estimates are accepted (then ``reason`` says why).

    ``client_id`` None closes all clients that can be closed.
    """

    month: date
    by: str
    client_id: str | None = None
    accept_estimates: bool = False
    reason: str = ""


@dataclass(slots=True)
class Closed:
    """What became of the clients of a month.

    ``closed`` are the statements sealed now, ``already`` the names of clients closed before,
    ``blocked`` those with findings that a person must mend or accept.
    """

    closed: list[Statement] = field(default_factory=list)
    already: list[str] = field(default_factory=list)
    blocked: dict[str, list[Finding]] = field(default_factory=dict)


def close_month(database: Database, order: CloseOrder, now: Instant, progress: Progress) -> Closed:
    """Close a month for the clients of an order: each in one transaction with its seal.

    InvalidInputError for a month that is not over, or estimates accepted without a reason;
    ConflictError for a month before one that is closed.
    """
    reason = " ".join(order.reason.split())
    if order.accept_estimates and not reason:
        raise InvalidInputError("Say why the estimates are accepted.", field="reason")
    result = Closed()
    with database.connect() as connection:
        draft = draft_month(connection, order.month)
        clients = _wanted(draft, order)
        with progress("closing clients", len(clients)) as advance:
            adjuster = MonthAdjuster(connection)
            last = last_closes(connection)
            for client_id in clients:
                statement = _closable(draft, client_id, last, order, now, result)
                if statement is not None:
                    sealed, kept, billed = _seal(
                        draft, statement, adjuster, last.get(client_id), order, now
                    )
                    with database.begin() as writing:
                        insert_close(writing, kept, billed)
                    result.closed.append(sealed)
                advance(1)
    return result


def _wanted(draft: MonthDraft, order: CloseOrder) -> list[str]:
    if order.client_id is None:
        return list(draft.lines)
    if order.client_id not in draft.lines:
        raise InvalidInputError(
            f"No meter serves this client in {order.month:%Y-%m}; there is nothing to close.",
            field="client",
        )
    return [order.client_id]


def _closable(
    draft: MonthDraft,
    client_id: str,
    last: dict[str, tuple[date, int, str]],
    order: CloseOrder,
    now: Instant,
    result: Closed,
) -> Statement | None:
    """Return the statement of a client that can be closed; note why of one that cannot."""
    name = draft.lines[client_id][0].client or ""
    month = last[client_id][0] if client_id in last else None
    if month == draft.month:
        result.already.append(name)
        return None
    if month is not None and month > draft.month:
        raise ConflictError(
            f"{name}: {month:%Y-%m} is closed already, so {draft.month:%Y-%m} cannot be closed "
            "behind it; what changed there is adjusted with the next close."
        )
    if draft.calendar(client_id).month_span(draft.month)[1] > now:
        raise InvalidInputError(
            f"{draft.month:%Y-%m} is not over yet; close it when it is.", field="month"
        )
    findings = [f for f in findings_of(draft.lines[client_id], (), draft.demand) if f.kind.blocks]
    if findings and not order.accept_estimates:
        result.blocked[name] = findings
        return None
    return draft.statement(client_id, now)


_Sealed = tuple[Statement, ClosedMonth, Sequence[BilledEnergy]]


def _seal(
    draft: MonthDraft,
    statement: Statement,
    adjuster: MonthAdjuster,
    last: tuple[date, int, str] | None,
    order: CloseOrder,
    now: Instant,
) -> _Sealed:
    """Return a statement closed: with adjustments, notes and seal, its document, its energies."""
    changes = adjuster.adjustments_of(statement.client_id)
    charges = [each.charge for each in changes if each.charge is not None]
    priced = draft.priced(statement, charges)
    notes = [*priced.notes, *_accepted(draft, statement, order)]
    closed = replace(
        priced,
        state=MonthState.CLOSED,
        adjustments=tuple(each for change in changes for each in change.adjustments),
        notes=tuple(notes),
    )
    document = sealed_document(closed)
    sequence, previous = (last[1] + 1, last[2]) if last else (1, None)
    seal = Seal(sequence, seal_of(previous, sequence, document), previous, now, order.by)
    kept = ClosedMonth(closed.client_id, closed.client, closed.month, document, seal)
    billed = [
        BilledEnergy(line.meter_id, closed.month, line.energy_milliwh) for line in closed.lines
    ]
    billed += [each for change in changes for each in change.billed]
    return replace(closed, seal=seal), kept, billed


def _accepted(draft: MonthDraft, statement: Statement, order: CloseOrder) -> list[str]:
    """Return the note of accepted estimates; nothing where there was none to accept."""
    findings = findings_of(statement.lines, (), draft.demand)
    if not any(finding.kind.blocks for finding in findings):
        return []
    reason = " ".join(order.reason.split())
    return [f"Estimates were accepted by {order.by}: {reason}"]


def risks_of_month(database: Database, month: date) -> list[Finding]:
    """Return what puts the bills of a month at risk, of all clients and of what serves nobody."""
    with database.connect() as connection:
        draft = draft_month(connection, month)
        lines = [line for of_client in draft.lines.values() for line in of_client]
        return findings_of(lines, draft.unassigned, draft.demand)
