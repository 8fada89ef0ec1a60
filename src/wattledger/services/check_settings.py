"""Whether settings of a register can hold, dated or not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import format_instant
from wattledger.domain.register import INT64_MAX, RegisterSettings, parse_multiplier
from wattledger.services.declaration import Declaration, SettingValue
from wattledger.services.declaration_facts import Facts, shown_kwh

NAMES: Final = {
    "multiplier": "multiplier",
    "resolution_milliwh": "resolutionKwh",
    "p_max_mw": "pMaxKw",
    "modulus_milliwh": "modulusKwh",
}
"""The settings of a register: their columns, and their names in the API."""

_LARGEST = {
    "resolution_milliwh": 10**9,
    "p_max_mw": 10**12,
    "modulus_milliwh": INT64_MAX,
}
_NEVER_UNKNOWN = frozenset({"multiplier", "p_max_mw"})


def check_settings(facts: Facts, declaration: Declaration) -> None:
    """Refuse settings from a date that cannot hold, or that hold already."""
    if not declaration.settings:
        raise InvalidInputError(
            f"Settings from a date need at least one of {', '.join(NAMES.values())}.",
            field="settings",
        )
    holds = facts.register.settings.at(declaration.at)
    if changed(holds, declaration.settings) == holds:
        raise InvalidInputError(
            f"At {format_instant(declaration.at)} these settings hold already; there is nothing "
            "to declare.",
            field="settings",
        )


def changed(holds: RegisterSettings, columns: Mapping[str, SettingValue]) -> RegisterSettings:
    """Return settings with some of them changed; InvalidInputError where they cannot hold.

    ``columns`` are those of a meter; None takes a resolution or modulus out.
    """
    for name, value in columns.items():
        _check_one(name, value)
    numbers: dict[str, Any] = {name: v for name, v in columns.items() if name != "multiplier"}
    after = replace(holds, **numbers)
    if columns.get("multiplier") is not None:
        numerator, denominator = parse_multiplier(str(columns["multiplier"]))
        after = replace(after, numerator=numerator, denominator=denominator)
    modulus, resolution = after.modulus_milliwh, after.resolution_milliwh
    if modulus is not None and resolution is not None and modulus <= resolution:
        raise InvalidInputError(
            f"A register that shows steps of {shown_kwh(resolution)} cannot wrap at "
            f"{shown_kwh(modulus)}; the modulus is one step more than the most it shows, as "
            "100000 for five digits.",
            field="modulusKwh",
        )
    return after


def _check_one(name: str, value: SettingValue) -> None:
    told = NAMES.get(name)
    if told is None:
        raise InvalidInputError(f"'{name}' is no setting of a register.", field="settings")
    if value is None and name in _NEVER_UNKNOWN:
        raise InvalidInputError(f"{told} cannot be taken out; give its value.", field=told)
    if isinstance(value, int) and not 0 < value <= _LARGEST[name]:
        raise InvalidInputError(
            f"{told} is not a positive number within reason; correct it.", field=told
        )
