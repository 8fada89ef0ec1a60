"""A channel is told of what was chosen for it, and of nothing else."""

from dataclasses import replace

import pytest
from tests.domain.test_notification import ALERT, WORSE

from wattledger.domain.alert import AlertKind, Severity
from wattledger.domain.alert_choice import AlertChoice

OURS = replace(ALERT, client="Client XYZ", site_id=2)


@pytest.mark.parametrize(
    ("choice", "taken"),
    [
        (AlertChoice(), True),
        (AlertChoice(kinds=frozenset({AlertKind.HIGH})), True),
        (AlertChoice(kinds=frozenset({AlertKind.HELD})), False),
        (AlertChoice(severity=Severity.CRITICAL), False),
        (AlertChoice(client="Client XYZ"), True),
        (AlertChoice(client="Client ABC"), False),
        (AlertChoice(site_id=2), True),
        (AlertChoice(site_id=1), False),
    ],
)
def test_each_part_of_a_choice_leaves_out(choice: AlertChoice, taken: bool) -> None:  # noqa: FBT001
    assert choice.takes(OURS) is taken


def test_critical_ones_pass_whatever_severity_is_asked_for() -> None:
    assert AlertChoice(severity=Severity.CRITICAL).takes(WORSE)
    assert AlertChoice().takes(WORSE)


def test_it_tells_which_kinds_it_may_take() -> None:
    assert AlertChoice().includes(AlertKind.BILL_AT_RISK)
    assert not AlertChoice(kinds=frozenset({AlertKind.HELD})).includes(AlertKind.BILL_AT_RISK)
