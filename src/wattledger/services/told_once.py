"""Lines of one list that say different things of the same: which of them is meant is not known."""

from collections.abc import Iterator
from typing import Any

from wattledger.domain.errors import InvalidInputError
from wattledger.services.endpoint_line import EndpointLine

_COLUMNS = {"host_port": "address", "poll_minutes": "poll_interval"} | {
    "p_max_mw": "p_max_kw",
    "resolution_milliwh": "resolution_kwh",
    "modulus_milliwh": "modulus_kwh",
}
"""The columns of the file whose fields have other names."""


class ToldOnce:
    """Notes what lines say of each endpoint and meter, and in which line first."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, ...], tuple[int, Any]] = {}

    def take(self, number: int, line: EndpointLine) -> None:
        """Note a line; InvalidInputError where an earlier one says something else."""
        said = list(_said(line))
        for key, value in said:
            first, before = self._told.get(key, (number, value))
            if before != value:
                column = _COLUMNS.get(key[-1], key[-1])
                raise InvalidInputError(
                    f"it says another {column} than line {first} of the same; keep one of them."
                )
        for key, value in said:
            self._told.setdefault(key, (number, value))


def _said(line: EndpointLine) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what a line says of its endpoint and of its meter, but what is secret."""
    endpoint, meter = line.endpoint.casefold(), line.meter
    for name, value in {**line.columns, "site": line.site}.items():
        if value not in ("", None):
            yield (endpoint, name), value
    for name, value in {**line.register, **line.place, "client": line.client}.items():
        if value not in ("", None):
            yield (endpoint, meter, name), value
