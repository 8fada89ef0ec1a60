"""The check of a bundle, offline: its files, its seal, and its figures from its readings."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.evidenced_reading import EvidencedReading
from wattledger.domain.month_report import MonthState
from wattledger.domain.reading import Status
from wattledger.domain.recount import recount
from wattledger.domain.recount_charges import recount_charges
from wattledger.domain.seal import fits
from wattledger.domain.statement import Schema, Seal, Statement
from wattledger.reports.bundle import MANIFEST, READINGS, SEAL, STATEMENT, packed_bundle
from wattledger.reports.kept_readings import hash_of
from wattledger.reports.read_fields import Fields, parse_object
from wattledger.reports.readings_csv import parse_readings, readings_csv
from wattledger.reports.statement_json import canonical, seal_fields, sealed_document
from wattledger.reports.stored_statement import seal_of_fields, statement_from_json
from wattledger.reports.stored_zip import read_stored_zip

LARGEST = 512 * 1024 * 1024

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """What a check found: no findings, and the bundle holds.

    ``statement`` is what the bundle says and ``seal`` what seals it, None where it cannot be read;
    ``readings`` how many it rests on. Whoever seals anew what he changed has another seal: the one
    that a client was given, as its PDF has it, must be the same.
    """

    findings: tuple[str, ...]
    statement: Statement | None = None
    readings: int = 0
    seal: Seal | None = None

    @property
    def holds(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.findings

    @property
    def seals_readings(self) -> bool:
        """Tell whether the seal covers the readings, too: not of what was closed without."""
        return self.statement is not None and self.statement.readings is not None


@dataclass(frozen=True, slots=True)
class _Parts:
    statement: Statement
    seal: Seal
    readings: Sequence[EvidencedReading]


def verify_bundle(path: Path, sha256_known: str | None = None) -> BundleCheck:
    """Check the bundle in a file. Nothing is written, and nothing beside the file is asked.

    ``sha256_known`` is the seal it must have, as a client knows it from elsewhere.
    """
    try:
        if path.stat().st_size > LARGEST:
            return BundleCheck((f"{path.name} is larger than any bundle: more than 512 MB.",))
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        return BundleCheck((f"{path.name} cannot be read: {reason}.",))
    return check_bundle(content, sha256_known)


def check_bundle(content: bytes, sha256_known: str | None = None) -> BundleCheck:
    """Check the bytes of a bundle."""
    try:
        files = _files(content)
        parts = _parse(files)
    except InvalidInputError as error:
        return BundleCheck((str(error),))
    findings = (
        *_manifest_findings(files),
        *_form_findings(files, parts, content),
        *_seal_findings(parts.statement, parts.seal, files[STATEMENT]),
        *_known_seal_findings(parts.seal, sha256_known),
        *_sealed_readings_findings(parts),
        *_figure_findings(parts.statement, parts.readings),
    )
    return BundleCheck(findings, parts.statement, len(parts.readings), parts.seal)


def _files(content: bytes) -> dict[str, bytes]:
    packed = read_stored_zip(content)
    if [file.name for file in packed] != [MANIFEST, SEAL, STATEMENT, READINGS]:
        raise InvalidInputError("The ZIP does not hold the four files of a bundle.")
    return {file.name: file.content for file in packed}


def _parse(files: Mapping[str, bytes]) -> _Parts:
    return _Parts(
        _named(STATEMENT, statement_from_json, files),
        _named(SEAL, _seal, files),
        _named(READINGS, parse_readings, files),
    )


def _named(name: str, parse: Callable[[bytes], Value], files: Mapping[str, bytes]) -> Value:
    try:
        return parse(files[name])
    except InvalidInputError as error:
        raise InvalidInputError(f"{name}: {error}") from None


def _seal(document: bytes) -> Seal:
    return seal_of_fields(Fields(parse_object(document), "seal"))


def _manifest_findings(files: Mapping[str, bytes]) -> Iterator[str]:
    try:
        listed = Fields(parse_object(files[MANIFEST]), MANIFEST).entries("files")
        hashes = {each.text("name"): each.text("sha256") for each in listed}
    except InvalidInputError as error:
        yield str(error)
        return
    for name, content in files.items():
        if name != MANIFEST and hashes.get(name) != sha256(content).hexdigest():
            yield f"{name} is not the file whose SHA-256 the manifest names."


def _form_findings(files: Mapping[str, bytes], parts: _Parts, content: bytes) -> Iterator[str]:
    """Write all anew from what was read: a byte that says nothing is found, too."""
    if sealed_document(parts.statement) != files[STATEMENT]:
        yield f"{STATEMENT} is not in the one form that is sealed, or its sums are not its lines'."
    if canonical(seal_fields(parts.seal)) != files[SEAL]:
        yield f"{SEAL} is not in the form that is exported."
    if readings_csv(parts.readings) != files[READINGS]:
        yield f"{READINGS} is not in the form that is exported."
    anew = packed_bundle(files[STATEMENT], parts.seal, files[READINGS], parts.statement.month)
    if anew != content:
        pairs = enumerate(zip(anew, content, strict=False))
        least = min(len(anew), len(content))
        at = next((at for at, (mine, theirs) in pairs if mine != theirs), least)
        yield f"The file differs from the export of what it holds, from byte {at} on."


def _seal_findings(statement: Statement, seal: Seal, document: bytes) -> Iterator[str]:
    if statement.state is not MonthState.CLOSED:
        yield f"The statement is {statement.state}; only a closed one is sealed."
    if not fits(seal, document):
        yield "The seal does not fit: the statement, its sequence or its predecessor was changed."


def _known_seal_findings(seal: Seal, sha256_known: str | None) -> Iterator[str]:
    if sha256_known is not None and sha256_known != seal.sha256:
        yield f"The seal is {seal.sha256}, and not {sha256_known}: it is another statement."


def _sealed_readings_findings(parts: _Parts) -> Iterator[str]:
    statement, sealed = parts.statement, parts.statement.readings
    if sealed is None:
        if statement.schema >= Schema.EVIDENCED and statement.state is MonthState.CLOSED:
            yield "The statement does not name the readings that it was closed with."
        return
    good = [each for each in parts.readings if each.status is Status.GOOD]
    is_all = hash_of(parts.readings) == sealed.sha256
    is_good = hash_of(good) == sealed.good_sha256
    # A client gets the good ones alone.
    if not is_all and not (is_good and len(good) == len(parts.readings)):
        yield f"{READINGS} is not what the statement was closed with: a reading of it was changed."
        return
    if not is_good:
        yield "The hash of the good readings is not that of those it was closed with."
    is_count = sealed.count == len(parts.readings) if is_all else sealed.count > len(good)
    if not is_count or sealed.good_count != len(good):
        yield (
            f"The statement says that it was closed with {sealed.count} readings, "
            f"{sealed.good_count} of them good; {READINGS} has {len(parts.readings)}, {len(good)} "
            "of them good."
        )


def _figure_findings(statement: Statement, readings: Sequence[EvidencedReading]) -> Iterator[str]:
    own: dict[int, list[EvidencedReading]] = {}
    for reading in readings:
        own.setdefault(reading.meter_id, []).append(reading)
    for line in statement.lines:
        yield from recount(line, own.get(line.meter_id, []))
    yield from recount_charges(statement)
