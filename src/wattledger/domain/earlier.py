"""An earlier month to compare with, as a whole: of all meters of then, not of those of now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.month_report import printed_sum
from wattledger.domain.scaled import rounded


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier month came to: the sum of its printed lines, None where none is known.

    It is *in part* where some meter of then is not known all the time that it served;
    ``without_value`` counts those of which nothing is. Either leaves nothing to compare with.
    """

    kwh: Decimal | None = None
    in_part: bool = False
    without_value: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it is known, so that something can be compared with it."""
        return not (self.in_part or self.without_value)

    def change_to(self, kwh: Decimal | None) -> Decimal | None:
        """Return the change up to another month in percent, where both can be compared.

        >>> Earlier(Decimal("200.000")).change_to(Decimal("217.300"))
        Decimal('8.7')
        >>> Earlier(Decimal("200.000"), in_part=True).change_to(Decimal("217.300"))
        """
        if kwh is None or not self.kwh or not self.is_whole:
            return None
        return rounded((kwh - self.kwh) * 100 / self.kwh, 1)


def of_lines(now: Iterable[int | None], then: Sequence[int | None]) -> Earlier:
    """Return an earlier month by the lines of a later one, which is all that is known of it.

    A line that is known in one of the months alone leaves nothing to compare.
    """
    pairs = zip(now, then, strict=True)
    unknown = sum((later is None) != (earlier is None) for later, earlier in pairs)
    return Earlier(printed_sum(then), bool(unknown), unknown)


def together(parts: Sequence[Earlier]) -> Earlier:
    """Return the earlier months of several clients as one."""
    known = [each.kwh for each in parts if each.kwh is not None]
    kwh = sum(known, Decimal(0)) if known else None
    unknown = sum(each.without_value for each in parts)
    return Earlier(kwh, any(each.in_part for each in parts), unknown)
