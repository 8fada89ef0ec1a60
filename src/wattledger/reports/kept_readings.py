"""The readings that a month was closed with: what seals them, and how they are kept beside it.

A line of canonical JSON for each meter, by number, ended by a line feed:
``{"endpointId":"...","meterId":1,"readings":[[at, register, status, energy, source, attempt,
evidence], ...]}``. Instants are microseconds since 1970, energies mWh, status and source the
numbers of ``Status`` and ``Source``; what there is none of is null. Sealed is the SHA-256 of all
lines. Kept are the lines, deflated: what was used is known for ever, whatever is corrected, comes
late, or is deleted when its time is over.
"""

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from operator import attrgetter

import msgspec

from wattledger.domain.evidenced_reading import EvidencedReading, EvidencedRow
from wattledger.domain.reading import Status
from wattledger.domain.statement import SealedReadings

_GOOD = int(Status.GOOD)
_STATUS = 2
_FAST = 1
"""The level of compression: most of a reading is a hash, which no level makes smaller."""

_AT_ONCE = 1_048_576
"""Bytes that are inflated at once: those of a month may be more than there is room for."""


class MeterReadings(msgspec.Struct, frozen=True, rename="camel"):
    """The readings of a meter, ascending in time. Its fields are in the order of their names."""

    endpoint_id: str
    meter_id: int
    readings: Sequence[EvidencedRow]

    @property
    def good(self) -> "MeterReadings":
        """Return the good ones alone."""
        good = [row for row in self.readings if row[_STATUS] == _GOOD]
        return MeterReadings(self.endpoint_id, self.meter_id, good)

    @property
    def whole(self) -> Iterator[EvidencedReading]:
        """Yield them one by one."""
        for row in self.readings:
            yield EvidencedReading.of_row(self.endpoint_id, self.meter_id, row)


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(MeterReadings)


def _line(meter: MeterReadings) -> bytes:
    return _encoder.encode(meter) + b"\n"


def pack(meters: Iterable[MeterReadings]) -> tuple[bytes, SealedReadings]:
    """Return the readings of meters, by number, packed to be kept, and what seals them.

    No more than one meter's are written at once. A meter without readings leaves no trace.
    """
    deflate, every, good = zlib.compressobj(_FAST), sha256(), sha256()
    packed: list[bytes] = []
    count = good_count = 0
    for meter in meters:
        if not meter.readings:
            continue
        line, counted = _line(meter), meter.good
        every.update(line)
        is_all = len(counted.readings) == len(meter.readings)
        if counted.readings:
            good.update(line if is_all else _line(counted))
        packed.append(deflate.compress(line))
        count, good_count = count + len(meter.readings), good_count + len(counted.readings)
    packed.append(deflate.flush())
    sealed = SealedReadings(count, every.hexdigest(), good_count, good.hexdigest())
    return b"".join(packed), sealed


def unpack(packed: bytes, meter_ids: Collection[int] | None = None) -> Iterator[MeterReadings]:
    """Yield the readings of packed meters, or of some of them."""
    for line in zlib.decompress(packed).splitlines():
        meter = _decoder.decode(line)
        if meter_ids is None or meter.meter_id in meter_ids:
            yield meter


def hash_of_packed(packed: bytes) -> str | None:
    """Return the SHA-256 that seals packed readings; None where they were not packed so.

    They are not looked into: all of them are hashed in the time it takes to inflate them.
    """
    inflate, every = zlib.decompressobj(), sha256()
    try:
        while packed and not inflate.eof:
            every.update(inflate.decompress(packed, _AT_ONCE))
            packed = inflate.unconsumed_tail
        every.update(inflate.flush())
    except zlib.error:
        return None
    return every.hexdigest() if inflate.eof else None


def hash_of(readings: Iterable[EvidencedReading]) -> str:
    """Return the SHA-256 that seals readings."""
    sealed = sha256()
    of_meter = attrgetter("meter_id", "endpoint_id")
    for (meter_id, endpoint_id), own in groupby(sorted(readings, key=_place), of_meter):
        sealed.update(_line(MeterReadings(endpoint_id, meter_id, [each.row for each in own])))
    return sealed.hexdigest()


_place = attrgetter("meter_id", "at", "total_milliwh")
