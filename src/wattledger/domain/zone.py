"""Names of time zones: those of IANA, which mean the same on each machine."""

from functools import cache
from zoneinfo import available_timezones

_NO_PLACES = {"localtime", "Factory"}
"""What files of the machine are called that are no zones: its own setting, and none."""


@cache
def zone_names() -> frozenset[str]:
    """Return the names there are; looked for once, which takes long.

    >>> {"Europe/Berlin", "UTC"} <= zone_names()
    True
    """
    return frozenset(available_timezones() - _NO_PLACES)
