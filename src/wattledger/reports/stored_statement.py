"""A statement read back from its canonical JSON: a closed one is printed from what was sealed."""

from datetime import date

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_report import (
    Break,
    Flag,
    MonthLine,
    MonthState,
    NamedRead,
    Peak,
    Segment,
)
from wattledger.domain.period import next_month, parse_month
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import KW, KWH
from wattledger.domain.statement import (
    Adjustment,
    ChangedReads,
    Priced,
    Schema,
    Seal,
    SealedReadings,
    ServedPart,
    Statement,
)
from wattledger.domain.tariff_form import parse_tariff
from wattledger.reports.read_fields import Fields, parse_object
from wattledger.reports.statement_json import KIND

_RACK = "rack"


def statement_from_json(document: bytes) -> Statement:
    """Return the statement of a sealed document, or of one with its seal beside it.

    InvalidInputError, with a sentence, for anything that is neither.
    """
    fields = Fields(parse_object(document), "statement")
    if "statement" not in fields.content:
        return _statement(fields, None)
    seal = fields.part("seal")
    return _statement(fields.nested("statement"), None if seal is None else seal_of_fields(seal))


def seal_of_fields(fields: Fields) -> Seal:
    """Return the seal that fields tell."""
    return Seal(
        sequence=fields.whole("sequence"),
        sha256=fields.text("sha256"),
        previous_sha256=fields.optional_text("previousSha256"),
        closed_at=fields.instant("closedAt"),
        closed_by=fields.text("closedBy"),
    )


def _statement(fields: Fields, seal: Seal | None) -> Statement:
    if fields.text("kind") != KIND:
        raise InvalidInputError("The file is no statement of Wattledger.")
    schema = _schema(fields.whole("schema"))
    is_compared = schema >= Schema.COMPARED
    readings = fields.part("readings") if schema >= Schema.EVIDENCED else None
    client_id, client = fields.text("clientId"), fields.text("client")
    peak = fields.part("peak")
    return Statement(
        month=fields.parsed("month", _month),
        zone=fields.text("timeZone"),
        state=fields.parsed("state", MonthState),
        client_id=client_id,
        client=client,
        lines=tuple(_line(line, client_id, client, schema) for line in fields.entries("lines")),
        peak=None if peak is None else _peak(peak),
        currency=fields.optional_text("currency"),
        charges=tuple(_charge(charge) for charge in fields.entries("charges")),
        adjustments=tuple(_adjustment(each, schema) for each in fields.entries("adjustments")),
        notes=fields.texts("notes"),
        seal=seal,
        previous=_earlier(fields.nested("previous")) if is_compared else None,
        year_ago=_earlier(fields.nested("yearAgo")) if is_compared else None,
        readings=None if readings is None else _sealed_readings(readings),
        schema=schema,
    )


def _schema(number: int) -> Schema:
    if number not in set(Schema):
        raise InvalidInputError(
            f"The statement has schema {number}; this version reads schemas {min(Schema):d} to "
            f"{max(Schema):d}. Use a newer version."
        )
    return Schema(number)


def _sealed_readings(fields: Fields) -> SealedReadings:
    return SealedReadings(
        count=fields.whole("count"),
        sha256=fields.text("sha256"),
        good_count=fields.whole("goodCount"),
        good_sha256=fields.text("goodSha256"),
    )


def _earlier(fields: Fields) -> Earlier:
    return Earlier(
        fields.optional_decimal("kwh"), fields.flag("inPart"), fields.whole("withoutValue")
    )


def _month(text: str) -> date:
    month = parse_month(text)
    next_month(month)  # there is none after the last of the calendar: OverflowError
    return month


def _line(fields: Fields, client_id: str, client: str, schema: Schema) -> MonthLine:
    is_compared, has_reads = schema >= Schema.COMPARED, schema >= Schema.EVIDENCED
    peak, days = fields.part("peak"), fields.entries("days")
    estimated = [(day.parsed("day", date.fromisoformat), day) for day in days]
    return MonthLine(
        endpoint_id=fields.text("endpointId"),
        endpoint=fields.text("endpoint"),
        meter_id=fields.whole("meterId"),
        meter=fields.text("meter"),
        client_id=client_id,
        client=client,
        location=fields.optional_text("location"),
        start_at=fields.instant("from"),
        end_at=fields.instant("to"),
        share_ppm=fields.whole("sharePpm"),
        opening_milliwh=fields.optional_kwh("openingKwh"),
        closing_milliwh=fields.optional_kwh("closingKwh"),
        energy_milliwh=fields.optional_kwh("kwh"),
        previous_milliwh=fields.optional_kwh("previousKwh"),
        year_ago_milliwh=fields.optional_kwh("yearAgoKwh"),
        quality=_quality(fields.nested("quality")),
        uncertainty_milliwh=fields.optional_kwh("uncertaintyKwh"),
        flags=_flags(fields),
        segments=tuple(_segment(each, has_reads=has_reads) for each in fields.entries("epochs")),
        breaks=tuple(_break(gap) for gap in fields.entries("breaks")),
        peak=None if peak is None else _peak(peak),
        days=tuple((day, each.optional_kwh("kwh")) for day, each in estimated),
        estimated_days=tuple(
            (day, part) for day, each in estimated if (part := each.scaled("estimatedKwh", KWH))
        ),
        zone=fields.optional_text("timeZone") if is_compared else None,
        previous_in_part=is_compared and fields.flag("previousInPart"),
        year_ago_in_part=is_compared and fields.flag("yearAgoInPart"),
        opening_between=is_compared and fields.flag("openingBetween"),
        closing_between=is_compared and fields.flag("closingBetween"),
    )


def _quality(fields: Fields) -> tuple[tuple[Quality, int], ...]:
    try:
        codes = {name: Quality(int(name)) for name in fields.content}
    except ValueError:
        raise InvalidInputError("The statement has a quality code that is not known.") from None
    return tuple(sorted((code, fields.scaled(name, KWH)) for name, code in codes.items()))


def _flags(fields: Fields) -> tuple[Flag, ...]:
    try:
        return tuple(Flag(text) for text in fields.texts("flags"))
    except ValueError:
        raise InvalidInputError("The statement has a flag that is not known.") from None


def _segment(fields: Fields, *, has_reads: bool) -> Segment:
    return Segment(
        kind=fields.text("kind"),
        first_at=fields.instant("firstAt"),
        first_milliwh=fields.scaled("firstKwh", KWH),
        last_at=fields.instant("lastAt"),
        last_milliwh=fields.scaled("lastKwh", KWH),
        multiplier=fields.text("multiplier"),
        first_reads=_reads(fields, "firstReads") if has_reads else (),
        last_reads=_reads(fields, "lastReads") if has_reads else (),
    )


def _reads(fields: Fields, name: str) -> tuple[NamedRead, ...]:
    return tuple(_read(each) for each in fields.entries(name))


def _read(fields: Fields) -> NamedRead:
    return NamedRead(
        at=fields.instant("at"),
        attempt_id=fields.optional_whole("attemptId"),
        evidence_sha256=fields.optional_text("evidenceSha256"),
    )


def _break(fields: Fields) -> Break:
    return Break(
        kind=fields.text("kind"),
        start_at=fields.instant("startAt"),
        end_at=fields.instant("endAt"),
        energy_milliwh=fields.scaled("kwh", KWH),
    )


def _peak(fields: Fields) -> Peak:
    return Peak(
        peak_mw=fields.scaled("peakKw", KW),
        peak_at=fields.instant("peakAt"),
        p95_mw=fields.scaled("p95Kw", KW),
        window_minutes=fields.whole("windowMinutes"),
        coverage_percent=fields.decimal("coveragePercent"),
        is_of_rack="of" in fields.content and fields.parsed("of", _is_rack),
    )


def _is_rack(text: str) -> bool:
    if text != _RACK:
        raise ValueError(text)
    return True


def _charge(fields: Fields) -> Charge:
    return Charge(
        kind=fields.parsed("kind", ChargeKind),
        description=fields.text("description"),
        amount=fields.decimal("amount"),
        quantity=fields.optional_decimal("quantity"),
        unit=fields.text("unit"),
        unit_price=fields.optional_decimal("unitPrice"),
    )


def _adjustment(fields: Fields, schema: Schema) -> Adjustment:
    is_compared, has_reads = schema >= Schema.COMPARED, schema >= Schema.EVIDENCED
    changed = fields.part("changedReads") if has_reads else None
    priced = fields.part("priced") if has_reads else None
    return Adjustment(
        month=fields.parsed("month", _month),
        endpoint=fields.text("endpoint"),
        meter=fields.text("meter"),
        energy_milliwh=fields.scaled("kwh", KWH),
        amount=fields.optional_decimal("amount"),
        reason=fields.text("reason"),
        before_milliwh=fields.optional_kwh("beforeKwh") if is_compared else None,
        after_milliwh=fields.optional_kwh("afterKwh") if is_compared else None,
        endpoint_id=fields.optional_text("endpointId") if has_reads else None,
        meter_id=fields.optional_whole("meterId") if has_reads else None,
        changed=None if changed is None else _changed(changed),
        parts=_parts(fields) if has_reads else None,
        priced=None if priced is None else _priced(priced),
    )


def _parts(fields: Fields) -> tuple[ServedPart, ...] | None:
    parts = fields.optional_entries("parts")
    if parts is None:
        return None
    return tuple(
        ServedPart(each.instant("from"), each.instant("to"), each.whole("sharePpm"))
        for each in parts
    )


def _priced(fields: Fields) -> Priced:
    tariff = fields.part("tariff")
    return Priced(
        amount=fields.decimal("amount"),
        currency=fields.text("currency"),
        vat_percent=fields.optional_decimal("vatPercent"),
        tariff=None if tariff is None else parse_tariff(tariff.content),
    )


def _changed(fields: Fields) -> ChangedReads:
    first, last = fields.nested("first"), fields.nested("last")
    return ChangedReads(fields.whole("count"), _read(first), _read(last))
