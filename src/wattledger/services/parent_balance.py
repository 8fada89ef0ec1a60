"""Parents of a month that the meters behind them do not add up to (LEDGER 2, 6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wattledger.domain.hierarchy import TOTAL, Metered, balance
from wattledger.domain.month_report import MonthLine, energy_of
from wattledger.domain.tally import Tally
from wattledger.services.month_demand import MonthDemand
from wattledger.store.months import BilledMeter


@dataclass(frozen=True, slots=True)
class Imbalance:
    """A parent, what it counted, and how much less the meters behind it did.

    ``line`` is its first one, None where it serves nobody by itself. ``is_unassigned`` tells that
    what they counted less is in no line of the month: neither its own nor one of a meter above.
    """

    parent: BilledMeter
    line: MonthLine | None
    energy_milliwh: int | None
    difference_milliwh: int
    is_unassigned: bool


def imbalances(lines: Sequence[MonthLine], demand: MonthDemand) -> Iterator[Imbalance]:
    """Yield the parents whose children do not add up to them, of the lines of a whole month.

    A meter without a line counts by what the month knows of it: one that is billed with its
    parent has none, nor has a parent that serves nobody while meters behind it do.
    """
    told = _of_lines(lines)
    shown = {line.meter_id: line for line in reversed(lines)}
    tallies, meters = demand.tallies, demand.meters
    for parent_id, children in _children(meters, tallies).items():
        parent = meters[parent_id]
        metered = [told.get(each) or _metered(tallies.get(each)) for each in (parent_id, *children)]
        weighed = balance(metered[0], metered[1:])
        if weighed is not None and not weighed.is_even:
            yield Imbalance(
                parent,
                shown.get(parent_id),
                metered[0].energy_milliwh,
                weighed.difference_milliwh,
                weighed.difference_milliwh > 0 and not _is_told(parent, meters, shown),
            )


def _children(
    meters: Mapping[int, BilledMeter], tallies: Mapping[int, Tally]
) -> Mapping[int, list[int]]:
    """Return the meters behind each parent that are in use, or of which the month knows."""
    children: dict[int, list[int]] = {}
    for each in meters.values():
        if each.parent_id in meters and (not each.is_deleted or each.id in tallies):
            children.setdefault(each.parent_id or 0, []).append(each.id)
    return children


def _metered(tally: Tally | None) -> Metered:
    return Metered(energy_of(tally), 0 if tally is None else tally.uncertainty_milliwh)


def _of_lines(lines: Sequence[MonthLine]) -> dict[int, Metered]:
    """Return what the lines of each meter add up to; None where one of them is not known."""
    told: dict[int, Metered] = {}
    for line in lines:
        known = told.get(line.meter_id, Metered(0))
        energy = None
        if known.energy_milliwh is not None and line.energy_milliwh is not None:
            energy = known.energy_milliwh + line.energy_milliwh
        uncertainty = known.uncertainty_milliwh + (line.uncertainty_milliwh or 0)
        told[line.meter_id] = Metered(energy, uncertainty)
    return told


def _is_told(
    meter: BilledMeter, meters: Mapping[int, BilledMeter], shown: Mapping[int, MonthLine]
) -> bool:
    """Tell whether the energy of a meter is in its own line or in that of a meter above it."""
    totals = {each.endpoint_id: each.id for each in meters.values() if each.key == TOTAL}
    above: BilledMeter | None = meter
    seen: set[int] = set()
    while above is not None and above.id not in seen:
        if above.id in shown or totals.get(above.endpoint_id) in shown:
            return True
        seen.add(above.id)
        above = meters.get(above.parent_id or 0)
    return False
