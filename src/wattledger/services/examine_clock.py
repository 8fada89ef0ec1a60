"""Whether the machine's clock can be trusted: every reading stands at the time it tells."""

import shutil
import subprocess

from wattledger.domain.instant import MINUTE, Instant, to_datetime
from wattledger.services.examine import Finding, Verdict
from wattledger.store.database import Database
from wattledger.store.states import newest_reading

_AHEAD = MINUTE
_PATIENCE_SECONDS = 5
_SET_IT = "set the clock, and let it be kept: timedatectl set-ntp true"


def examine_clock(database: Database, now: Instant) -> Finding:
    """Compare the clock with the newest reading, and ask the system whether it is kept right."""
    with database.connect() as connection:
        newest = newest_reading(connection)
    if newest is not None and newest > now + _AHEAD:
        text = f"it is {_told(now)}, and a reading is of {_told(newest)} already"
        return Finding("clock", Verdict.BROKEN, text, _SET_IT)
    synchronised = _is_synchronised()
    if synchronised is False:
        text = "the system does not keep it by NTP, so it drifts, and readings with it"
        return Finding("clock", Verdict.WARNING, text, _SET_IT)
    kept = "kept by NTP" if synchronised else "whether it is kept by NTP is not known"
    return Finding("clock", Verdict.FINE, f"{_told(now)}, {kept}")


def _told(at: Instant) -> str:
    return f"{to_datetime(at):%Y-%m-%d %H:%M} UTC"


def _is_synchronised() -> bool | None:
    """Return whether the system keeps the clock by NTP; None where it does not tell."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        told = subprocess.run(  # noqa: S603 - a program of the system, without our input
            [program, "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(told)
