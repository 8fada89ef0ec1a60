"""What endpoints used this month against the same span of the month before."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from wattledger.domain.scaled import percent


class MonthChange(NamedTuple):
    """The energy of one endpoint in a span of this month, and in the same of the month before."""

    energy_milliwh: int
    before_milliwh: int


Changes: TypeAlias = Mapping[str, MonthChange]
"""By the public id of endpoints; those that cannot be compared are left out."""

NO_CHANGES: Changes = {}


def change_percent(changes: Changes, endpoint_ids: Iterable[str]) -> Decimal | None:
    """Return by how much endpoints together used more; None where none can be compared."""
    known = [changes[each] for each in endpoint_ids if each in changes]
    before = sum(each.before_milliwh for each in known)
    return percent(sum(each.energy_milliwh for each in known) - before, before)
