"""Close a month: seal each client's statement, once and for ever (LEDGER 6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from wattledger.domain.earlier import Earlier
from wattledger.domain.errors import ConflictError, InvalidInputError, NotAsSealedError
from wattledger.domain.finding import NOT_YET, Finding
from wattledger.domain.instant import Instant
from wattledger.domain.month_report import MonthState
from wattledger.domain.period import calendar, next_month
from wattledger.domain.seal import fits, seal_of
from wattledger.domain.statement import Seal, ServedPart, Statement
from wattledger.domain.tariff_form import tariff_document
from wattledger.reports.statement_json import sealed_document
from wattledger.services.adjust_months import MonthAdjuster
from wattledger.services.bill_risk import findings_of_client, findings_of_line, findings_of_month
from wattledger.services.changed_reads import with_changed_reads
from wattledger.services.closed_statement import statement_of
from wattledger.services.closing_readings import packed_readings
from wattledger.services.month_statements import MonthDraft, draft_month
from wattledger.services.price_adjusted import price_adjusted
from wattledger.services.progress import Progress
from wattledger.store.clients import list_clients
from wattledger.store.closes import (
    BilledEnergy,
    ClosedMonth,
    LastClose,
    closed_month,
    closes_of_client,
    closes_of_month,
    insert_close,
    last_closes,
)
from wattledger.store.database import Connection, Database
from wattledger.store.sites import zones

_LEFT = "No meter served the client in this month; closed months changed after their close."


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

    @property
    def told_reason(self) -> str:
        """Return the reason on one line."""
        return " ".join(self.reason.split())


class CloseOutcome(StrEnum):
    """What became of a client's month."""

    CLOSED = "closed"
    ALREADY = "already"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class ClientClose:
    """What became of one client.

    ``statement`` is what was sealed now. A client is blocked by ``findings`` that a person must
    mend or accept, or by a ``reason`` that lies in the months themselves.
    """

    client_id: str
    client: str
    outcome: CloseOutcome
    statement: Statement | None = None
    findings: tuple[Finding, ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of the clients of a month, by name."""

    clients: tuple[ClientClose, ...]

    @property
    def closed(self) -> list[Statement]:
        """Return the statements sealed now."""
        return [each.statement for each in self.clients if each.statement is not None]

    @property
    def already(self) -> list[str]:
        """Return the names of the clients closed before."""
        return [each.client for each in self.clients if each.outcome is CloseOutcome.ALREADY]

    @property
    def blocked(self) -> dict[str, ClientClose]:
        """Return what was not closed, by the client's name."""
        blocked = (each for each in self.clients if each.outcome is CloseOutcome.BLOCKED)
        return {each.client: each for each in blocked}


def close_month(database: Database, order: CloseOrder, now: Instant, progress: Progress) -> Closed:
    """Close a month for the clients of an order: each in one transaction with its seal.

    Closed are those whom a meter served in the month, and those who left but have earlier closed
    months to adjust. What blocks one client blocks no other. InvalidInputError for a month that is
    not over, or estimates accepted without a reason. For an order of one client, ConflictError
    where the months before or behind it do not allow it, or another closes it at the same time.
    """
    if order.accept_estimates and not order.told_reason:
        raise InvalidInputError("Say why the estimates are accepted.", field="reason")
    with database.connect() as connection:
        closing = _Closing(connection, order, now)
        clients = closing.clients()
        closing.check_over(clients)
        closes: list[ClientClose] = []
        with progress("closing clients", len(clients)) as advance:
            for client_id in clients:
                closes.append(_close(database, closing, client_id))
                advance(1)
    return Closed(tuple(closes))


def _close(database: Database, closing: "_Closing", client_id: str) -> ClientClose:
    name = closing.names[client_id]
    try:
        refused = closing.refused(client_id)
        if refused is not None:
            return refused
        sealed = closing.sealed(client_id)
    except NotAsSealedError as error:
        if closing.order.client_id is not None:
            raise
        return ClientClose(client_id, name, CloseOutcome.BLOCKED, reason=str(error))
    try:
        with database.begin() as writing:
            closing.refuse_other_edges(writing)
            insert_close(writing, sealed.closed, sealed.readings, sealed.billed)
    except ConflictError as error:
        if closing.order.client_id is not None:
            raise
        with database.connect() as connection:
            if closed_month(connection, client_id, closing.order.month) is not None:
                return ClientClose(client_id, name, CloseOutcome.ALREADY)
        return ClientClose(client_id, name, CloseOutcome.BLOCKED, reason=str(error))
    return ClientClose(client_id, name, CloseOutcome.CLOSED, sealed.statement)


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A statement closed and sealed, its row, its readings packed, and what it bills."""

    statement: Statement
    closed: ClosedMonth
    readings: bytes
    billed: Sequence[BilledEnergy]


class _Closing:
    """One order against one state of the database."""

    def __init__(self, connection: Connection, order: CloseOrder, now: Instant) -> None:
        self.order = order
        self.names = {row.public_id: row.name for row in list_clients(connection)}
        self._connection = connection
        self._now = now
        self._draft: MonthDraft = draft_month(connection, order.month)
        self._adjuster = MonthAdjuster(connection, order.month)
        self._edges = self._edges_in(connection)
        self._last = last_closes(connection)
        self._closed = closes_of_month(connection, order.month)

    def clients(self) -> list[str]:
        """Return whom the order concerns, by name."""
        month, wanted = self.order.month, self.order.client_id
        left = {
            client_id
            for client_id, last in self._last.items()
            if last.month < month
            and wanted in {None, client_id}
            and client_id not in self._draft.lines
            and self._may_have_changed(client_id)
        }
        concerned = {*self._draft.lines, *self._closed, *left}
        if wanted is None:
            return sorted(concerned, key=lambda each: (self.names[each].casefold(), each))
        if wanted not in concerned:
            raise InvalidInputError(
                f"No meter serves this client in {month:%Y-%m}, and no closed month of it has "
                "changed; there is nothing to close.",
                field="client",
            )
        return [wanted]

    def _may_have_changed(self, client_id: str) -> bool:
        """Tell whether closed months are to be adjusted, or whether that cannot be told."""
        try:
            return self._adjuster.has_changed(client_id)
        except NotAsSealedError:
            return True

    def refuse_other_edges(self, writing: Connection) -> None:
        """Raise ConflictError where the month has begun or ended elsewhen since it was looked at.

        Closed is what was seen; a site's zone changes in no month that is closed.
        """
        # A site that was made meanwhile has no part in it.
        if any(
            now != then for now, then in zip(self._edges_in(writing), self._edges, strict=False)
        ):
            raise ConflictError(
                "The time zone of a site was changed at the same time; nothing was closed of this "
                "client. Close the month again."
            )

    def _edges_in(self, connection: Connection) -> list[tuple[Instant, Instant]]:
        return [calendar(zone).month_span(self.order.month) for zone in zones(connection)]

    def check_over(self, clients: Sequence[str]) -> None:
        """Refuse a month that is over for nobody."""
        served = [client_id for client_id in clients if client_id in self._draft.lines] or clients
        if clients and all(self._end_of(client_id) > self._now for client_id in served):
            raise InvalidInputError(
                f"{self.order.month:%Y-%m} is not over yet; close it when it is.", field="month"
            )

    def refused(self, client_id: str) -> ClientClose | None:
        """Return why a client's month is not closed now; None where it can be."""
        name = self.names[client_id]
        if client_id in self._closed:
            return ClientClose(client_id, name, CloseOutcome.ALREADY)
        reason = self._reason(client_id)
        if reason is not None:
            if self.order.client_id is not None:
                raise ConflictError(f"{name}: {reason}")
            return ClientClose(client_id, name, CloseOutcome.BLOCKED, reason=reason)
        findings = tuple(self._blocking(client_id))
        if findings and not self.order.accept_estimates:
            return ClientClose(client_id, name, CloseOutcome.BLOCKED, findings=findings)
        return None

    def _reason(self, client_id: str) -> str | None:
        month, last = self.order.month, self._last.get(client_id)
        if last is not None and last.month > month:
            return (
                f"{last.month:%Y-%m} is closed already, so {month:%Y-%m} cannot be closed behind "
                "it; what changed there is adjusted with the next close."
            )
        open_month = self._open_between(client_id, last)
        if open_month is not None:
            return (
                f"{open_month:%Y-%m} is not closed yet; close it first, for nobody can close it "
                f"behind {month:%Y-%m}."
            )
        if self._end_of(client_id) > self._now:
            return f"{month:%Y-%m} is not over yet in the zone of its meters; close it when it is."
        if last is not None and not self._is_as_sealed(client_id, last):
            return (
                f"{last.month:%Y-%m} is not kept as it was sealed, and nothing is chained to it; "
                "'wattledger ledger verify' names what does not fit, a backup has what was sealed."
            )
        return None

    def _is_as_sealed(self, client_id: str, last: LastClose) -> bool:
        """Tell whether a client's newest statement still fits its seal: the next one names it."""
        closed = closed_month(self._connection, client_id, last.month)
        return closed is not None and fits(closed.seal, closed.document)

    def _open_between(self, client_id: str, last: LastClose | None) -> date | None:
        """Return the first month since the last close that bills something and is not closed."""
        month = None if last is None else next_month(last.month)
        while month is not None and month < self.order.month:
            if self._adjuster.was_served(client_id, month):
                return month
            month = next_month(month)
        return None

    def _blocking(self, client_id: str) -> Iterator[Finding]:
        for line in self._draft.lines.get(client_id, ()):
            for finding in findings_of_line(line, self._draft.demand):
                if finding.kind.blocks:
                    yield finding

    def _end_of(self, client_id: str) -> Instant:
        if client_id in self._draft.lines:
            return self._draft.end_of(client_id)
        return calendar(self._zone_then(client_id)).month_span(self.order.month)[1]

    def _zone_then(self, client_id: str) -> str:
        """Return the zone of the newest closed statement of a client."""
        return statement_of(closes_of_client(self._connection, client_id)[-1]).zone

    def _bare(self, client_id: str) -> Statement:
        """Return the statement without charges; one without lines for a client that has left."""
        if client_id in self._draft.lines:
            return self._draft.measured(client_id, self._now)
        zone, name = self._zone_then(client_id), self.names[client_id]
        return Statement(
            self.order.month,
            zone,
            MonthState.PROVISIONAL,
            client_id,
            name,
            (),
            previous=self._draft.previous.get(client_id, Earlier()),
            year_ago=self._draft.year_ago.get(client_id, Earlier()),
        )

    def sealed(self, client_id: str) -> _Sealed:
        """Return a statement closed and sealed, and what is kept of it."""
        changes = [
            with_changed_reads(self._connection, client_id, change)
            for change in self._adjuster.adjustments_of(client_id)
        ]
        priced = price_adjusted(self._draft, self._bare(client_id), changes)
        packed, readings = packed_readings(self._connection, priced.statement.lines)
        statement = replace(
            priced.statement,
            state=MonthState.CLOSED,
            notes=(*priced.statement.notes, *self._told(client_id)),
            readings=readings,
        )
        document = sealed_document(statement)
        last = self._last.get(client_id)
        sequence, previous = (last.sequence + 1, last.sha256) if last else (1, None)
        by = " ".join(self.order.by.split())
        sha256 = seal_of(previous, sequence, self._now, by, document)
        seal = Seal(sequence, sha256, previous, self._now, by)
        kept = ClosedMonth(
            client_id,
            statement.client,
            statement.month,
            document,
            seal,
            None if priced.tariff is None else tariff_document(priced.tariff),
        )
        billed = [
            BilledEnergy(line.meter_id, statement.month, line.energy_milliwh, [ServedPart.of(line)])
            for line in statement.lines
        ]
        billed += [each for change in changes for each in change.billed]
        return _Sealed(replace(statement, seal=seal), kept, packed, billed)

    def _told(self, client_id: str) -> Iterator[str]:
        """Yield the notes of the close: why there are no lines, and why estimates stand."""
        if client_id not in self._draft.lines:
            yield _LEFT
        if any(self._blocking(client_id)):
            yield f"Estimates were accepted by {self.order.by}: {self.order.told_reason}"


def risks_of_month(
    database: Database, month: date, now: Instant, client_id: str | None = None
) -> list[Finding]:
    """Return what puts the bills of a month at risk: of all clients and of what serves nobody.

    Of one client where ``client_id`` is given. What is closed is at no risk; where the month still
    runs, what is to be read behind its end is not missed yet.
    """
    with database.connect() as connection:
        closed = closes_of_month(connection, month)
        draft = draft_month(connection, month)
        if client_id is not None:
            lines = [*draft.lines.get(client_id, ())]
            found = findings_of_client(lines, draft.demand)
        else:
            lines = [line for of_client in draft.lines.values() for line in of_client]
            found = findings_of_month(lines, draft.unassigned, draft.demand)
    running = {line.meter_id for line in (*lines, *draft.unassigned) if line.end_at > now}
    return [
        each
        for each in found
        if each.client_id not in closed
        and (each.kind not in NOT_YET or each.meter_id not in running)
    ]
