"""Findings before a close."""

from wattledger.domain.finding import FindingKind


def test_what_is_no_doubt_of_the_clients_own_figure_does_not_keep_its_month_open() -> None:
    free = {kind for kind in FindingKind if not kind.blocks}
    of_others = {FindingKind.UNASSIGNED, FindingKind.IMBALANCE, FindingKind.BREAKER}
    assert free == {FindingKind.PARTIAL, *of_others}
