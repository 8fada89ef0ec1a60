"""Findings before a close."""

from wattledger.domain.finding import FindingKind


def test_what_is_not_the_clients_own_figure_does_not_keep_its_month_open() -> None:
    free = {kind for kind in FindingKind if not kind.blocks}
    assert free == {FindingKind.UNASSIGNED, FindingKind.IMBALANCE, FindingKind.BREAKER}
