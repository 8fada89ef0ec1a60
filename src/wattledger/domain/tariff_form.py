"""Tariffs as JSON: decimals are strings, and what is wrong is named with what to do."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.tariff import PricePeriod, Tariff

Document: TypeAlias = dict[str, Any]
"""What ``json.loads`` makes of an object."""

_ALIASES: dict[int | str, str] = {
    name: to_camel(name) for name in (*Tariff.model_fields, *PricePeriod.model_fields)
}
"""A default that is wrong is told of by its name in Python."""

_NUMBER = "is not a number; write it like 0.2512"
_DATE = "is not a date; write it like 2026-03-01"
_SENTENCES = {
    "missing": "{field} is missing; set it.",
    "extra_forbidden": "{field} is not known here; check its spelling or leave it out.",
    "decimal_parsing": f"{{field}}: '{{input}}' {_NUMBER}.",
    "decimal_type": f"{{field}}: '{{input}}' {_NUMBER}.",
    "finite_number": f"{{field}}: '{{input}}' {_NUMBER}.",
    "decimal_max_places": "{field}: {input} has more than {decimal_places} decimals; round it.",
    "greater_than_equal": "{field}: {input} is too small; set at least {ge}.",
    "less_than_equal": "{field}: {input} is too large; set at most {le}.",
    "date_type": f"{{field}}: '{{input}}' {_DATE}.",
    "date_parsing": f"{{field}}: '{{input}}' {_DATE}.",
    "date_from_datetime_parsing": f"{{field}}: '{{input}}' {_DATE}.",
    "date_from_datetime_inexact": f"{{field}}: '{{input}}' {_DATE}.",
    "value_error": "{field}: {error}",
}


def parse_tariff(document: object) -> Tariff:
    """Read a tariff; InvalidInputError names the field that is wrong, as ``prices.0.energyPrice``.

    Decimals may be strings or numbers.
    """
    try:
        return Tariff.model_validate(document)
    except ValidationError as error:
        problem = error.errors()[0]
    field = ".".join(_ALIASES.get(part, str(part)) for part in problem["loc"])
    raise InvalidInputError(_sentence(problem, field or "The tariff"), field=field or None)


def tariff_document(tariff: Tariff) -> Document:
    """Return a tariff as JSON can hold it; ``parse_tariff`` gives the same tariff back."""
    return tariff.model_dump(mode="json", by_alias=True, exclude_none=True)


def _sentence(problem: Mapping[str, Any], field: str) -> str:
    written = _SENTENCES.get(problem["type"])
    if written is None:
        return f"{field}: {problem['msg']}."
    return written.format(field=field, input=problem["input"], **problem.get("ctx", {}))
