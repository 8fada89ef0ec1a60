"""What is logged: one form for all, with the ids of what was done, and never a secret."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from wattledger.logs import LogForm, begin_logs, hiding, telling
from wattledger.secrets.tokens import new_token

PASSWORD = "pä55 w<rd/1"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Return the JSON lines logged until now."""
    out, err = capsys.readouterr()
    assert out == ""
    return [json.loads(line) for line in err.splitlines()]


def test_every_line_of_a_read_carries_its_ids(capsys: pytest.CaptureFixture[str]) -> None:
    begin_logs("json", "info")
    with telling(run=7, chunk=12):
        with telling(endpoint="e-1"):
            structlog.get_logger("wattledger").info("attempt", outcome="ok")
        structlog.get_logger("wattledger").info("chunk")
    structlog.get_logger("wattledger").info("alone")
    attempt, chunk, alone = lines(capsys)
    assert attempt.items() >= {"run": 7, "chunk": 12, "endpoint": "e-1", "outcome": "ok"}.items()
    assert attempt.keys() >= {"timestamp", "level", "logger", "event"}
    assert (chunk["run"], "endpoint" in chunk) == (7, False)
    assert "run" not in alone


def test_other_libraries_log_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    begin_logs("json", "debug")
    # A server that ran in this process before may have quietened it.
    logging.getLogger("uvicorn.error").setLevel(logging.NOTSET)
    logging.getLogger("uvicorn.error").warning("Invalid %s received.", "request")
    logging.getLogger("sqlalchemy.engine").info("SELECT a secret of each row")
    [line] = lines(capsys)
    assert (line["event"], line["level"]) == ("Invalid request received.", "warning")


def test_what_is_less_than_the_level_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    begin_logs("json", "warning")
    structlog.get_logger("wattledger").info("detail")
    structlog.get_logger("wattledger").warning("trouble")
    assert [line["event"] for line in lines(capsys)] == ["trouble"]


def test_in_a_pipe_auto_is_json_and_console_is_for_people(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begin_logs("auto", "info")
    structlog.get_logger("wattledger").info("one")
    assert lines(capsys)[0]["event"] == "one"
    begin_logs("console", "info")
    structlog.get_logger("wattledger").info("two", run=3)
    told = capsys.readouterr().err
    assert "two" in told
    assert "run=3" in told


@pytest.mark.parametrize("form", ["json", "console"])
def test_no_line_shows_a_secret(form: LogForm, capsys: pytest.CaptureFixture[str]) -> None:
    begin_logs(form, "debug")
    log, token = structlog.get_logger("wattledger"), new_token()
    log.info("sent", headers={"Authorization": "Basic YWRtaW46czNjcmV0", "Cookie": "sid=s3cret"})
    log.info("told", text=f"GET /?password=s3cret&x=1 and Bearer {token}", url="http://a:s3cret@b/")
    sentence = f"the token is {token}"
    log.info(sentence, password="s3cret", nested=[{"set-cookie": "s3cret"}])
    logging.getLogger("other").warning("login with %r", {"pwd": "s3cret"})
    told = capsys.readouterr().err
    assert "s3cret" not in told
    assert "YWRtaW46czNjcmV0" not in told
    assert token not in told
    assert "GET /?password=•••&x=1" in told


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_defect_is_told_without_the_secret_it_met(
    form: LogForm, capsys: pytest.CaptureFixture[str]
) -> None:
    begin_logs(form, "debug")
    log = structlog.get_logger("wattledger")
    kept = PASSWORD

    def fail(typed: str) -> None:
        raise ValueError(f"cannot type {typed!r} ({kept})")

    with hiding([PASSWORD]):
        try:
            fail(PASSWORD)
        except ValueError:
            log.exception("defect")
            logging.getLogger("other").exception("the same")
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.count("cannot type '•••'") >= 2
    assert PASSWORD not in told
