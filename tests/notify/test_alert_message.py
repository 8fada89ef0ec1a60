"""Messages say in plain words where, what, since when, what to do, and where to look."""

from dataclasses import replace

from wattledger.domain.alert import Alert, AlertKind, Severity
from wattledger.domain.instant import parse_instant
from wattledger.notify.alert_message import (
    MOST_TOLD,
    Place,
    Telling,
    alert_message,
    trial_message,
)

PLACE = Place("https://power.example.com", "UTC")
SINCE = parse_instant("2026-03-15T09:30:00Z")
FAILING = Alert(
    id="failing:7",
    kind=AlertKind.FAILING,
    severity=Severity.CRITICAL,
    endpoint_id="7",
    endpoint="Rack A3",
    meter=None,
    client="Client XYZ",
    since=SINCE,
    sentence="It cannot be read: it did not answer in time.",
    advice="The device did not answer within 10 s.",
    zone="Europe/Berlin",
)


def test_one_condition_is_told_whole() -> None:
    message = alert_message([Telling(FAILING, SINCE)], [], PLACE)
    assert message.title == "Wattledger: Rack A3 cannot be read"
    assert message.tone == "failure"
    assert message.body == (
        "Now, since 2026-03-15 10:30 Europe/Berlin: Rack A3 (Client XYZ)\n"
        "It cannot be read: it did not answer in time.\n"
        "What to do: The device did not answer within 10 s.\n"
        "https://power.example.com/endpoints/7\n"
        "\n"
        "All alerts: https://power.example.com/alerts"
    )


def test_what_is_over_is_told_without_advice() -> None:
    message = alert_message([], [Telling(FAILING, SINCE)], PLACE)
    assert message.title == "Wattledger: Rack A3 over: cannot be read"
    assert message.tone == "success"
    assert "It was: It cannot be read" in message.body
    assert "What to do" not in message.body


def test_many_are_one_message_the_worst_first_and_the_rest_counted() -> None:
    mild = replace(FAILING, kind=AlertKind.NEVER, severity=Severity.WARNING, endpoint="Mild")
    bad = [replace(FAILING, id=f"failing:{n}", endpoint=f"Bad {n}") for n in range(MOST_TOLD + 4)]
    message = alert_message(
        [Telling(each, SINCE) for each in (mild, *bad)], [Telling(mild, SINCE)], PLACE
    )
    assert message.title == f"Wattledger: {MOST_TOLD + 5} alerts, 1 over"
    assert message.body.index("Bad 0") < message.body.index("Now: and 5 more.")
    assert message.body.count("What to do") == MOST_TOLD
    assert len(message.body) < 4000, "what a telegram holds"


def test_a_meter_and_a_month_are_named() -> None:
    risk = replace(
        FAILING, kind=AlertKind.BILL_AT_RISK, meter="outlet-3", month="2026-02", since=None
    )
    message = alert_message([Telling(risk, SINCE)], [], PLACE)
    assert message.title == "Wattledger: Rack A3, meter outlet-3, 2026-02 puts a bill at risk"


def test_a_test_says_that_it_is_one() -> None:
    message = trial_message("Night shift", PLACE.base)
    assert "test" in message.title
    assert "'Night shift' works" in message.body
    assert "https://power.example.com/alerts" in message.body


def test_a_job_is_told_by_its_name_and_leads_to_its_run() -> None:
    failed = replace(
        FAILING,
        id="jobFailed:5",
        kind=AlertKind.JOB_FAILED,
        endpoint_id=None,
        endpoint=None,
        client=None,
        zone=None,
        job="Nightly list",
        run_id=12,
        sentence="Its run 12 failed.",
    )
    message = alert_message([Telling(failed, SINCE)], [], PLACE)
    assert message.title == "Wattledger: Nightly list failed"
    assert "Now, since 2026-03-15 09:30 UTC: Nightly list\nIts run 12 failed.\n" in message.body
    assert "\nhttps://power.example.com/jobs/runs/12\n" in message.body
