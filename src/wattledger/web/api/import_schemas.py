"""What became of an imported file, as JSON.

``state`` is ``done``: the answer comes when the file is booked. A client that looks at it is ready
for imports that go on after the answer.
"""

from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from wattledger.services.csv_lines import BadLines
from wattledger.services.import_endpoints import ImportedEndpoints
from wattledger.services.import_readings import ImportedReadings
from wattledger.web.schema import Schema

_BAD: JsonValue = {"where": "line 3", "message": "poll_interval 'often' is not a whole number."}
_ENDPOINTS: JsonValue = {
    "state": "done",
    "dryRun": True,
    "booked": False,
    "badLines": 1,
    "bad": [_BAD],
    "ignored": 0,
    "created": 12,
    "changed": 1,
    "unchanged": 0,
}
_READINGS: JsonValue = {
    "state": "done",
    "dryRun": False,
    "booked": True,
    "badLines": 0,
    "bad": [],
    "ignored": 0,
    "sheet": "Data",
    "timeZone": "Europe/Berlin",
    "localDates": 24,
    "new": 24,
    "known": 0,
    "conflicts": 0,
    "held": 0,
    "absent": 1,
}


class BadLine(Schema):
    """A line that cannot be used."""

    where: str = Field(description="As `line 3`, `sheet 'Data' row 12`, `object 2`.")
    message: str


class Imported(Schema):
    """What became of a file."""

    state: Literal["done"] = "done"
    dry_run: bool
    booked: bool = Field(description="False in a dry run; else bad lines are an error, or skipped.")
    bad_lines: int = Field(description="How many lines cannot be used.")
    bad: list[BadLine] = Field(description="The first thousand of them.")
    ignored: int = Field(description="Unusable rows that the spreadsheet hides.")


class ImportedEndpointsOutput(Imported):
    """What became of a list of endpoints; in a dry run, what would."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENDPOINTS]})

    created: int
    changed: int
    unchanged: int


class ImportedReadingsOutput(Imported):
    """What became of a list of readings; in a dry run, what would."""

    model_config = ConfigDict(json_schema_extra={"examples": [_READINGS]})

    sheet: str | None = Field(description="Where the readings stood in a spreadsheet.")
    time_zone: str = Field(description="In which dates without an offset were taken.")
    local_dates: int = Field(description="How many dates had no offset.")
    new: int = Field(description="Readings that were booked.")
    known: int = Field(description="Readings that were there already.")
    conflicts: int | None = Field(
        description="Readings that differ from what is known of the same instant; the one that "
        "fits its neighbours counts. Null in a dry run: only the booking tells."
    )
    held: int | None = Field(description="Readings that are doubted. Null in a dry run.")
    absent: int = Field(description="Lines without a value.")


def _bad(bad: BadLines) -> list[BadLine]:
    return [
        BadLine(where=f"{bad.place} {line}", message=reason) for line, reason in sorted(bad.kept)
    ]


def imported_endpoints(result: ImportedEndpoints, *, dry_run: bool) -> ImportedEndpointsOutput:
    """Return what became of a list of endpoints."""
    return ImportedEndpointsOutput(
        dry_run=dry_run,
        booked=result.booked,
        bad_lines=result.bad.count,
        bad=_bad(result.bad),
        ignored=result.bad.ignored,
        created=result.created,
        changed=result.changed,
        unchanged=result.unchanged,
    )


def imported_readings(result: ImportedReadings, *, dry_run: bool) -> ImportedReadingsOutput:
    """Return what became of a list of readings."""
    return ImportedReadingsOutput(
        dry_run=dry_run,
        booked=result.booked,
        bad_lines=result.bad.count,
        bad=_bad(result.bad),
        ignored=result.bad.ignored,
        sheet=result.sheet,
        time_zone=result.zone,
        local_dates=result.local_dates,
        new=result.new,
        known=result.duplicates,
        conflicts=None if dry_run else result.conflicts,
        held=None if dry_run else result.held,
        absent=result.absent,
    )
