"""How an endpoint cannot be read, as a person says it."""

from wattledger.domain.outcome import Outcome

FAULTS = {
    Outcome.UNREACHABLE: "nothing answers at its address",
    Outcome.TIMEOUT: "it did not answer in time",
    Outcome.TLS: "its certificate is not trusted",
    Outcome.HTTP_STATUS: "it answered with an HTTP error",
    Outcome.AUTH_FAILED: "it refused the login",
    Outcome.LOGIN_PAGE_AGAIN: "it showed its login page again",
    Outcome.BUSY: "somebody else is logged in to it, or another job was reading it",
    Outcome.STEP_FAILED: "a step of its recipe failed",
    Outcome.SELECTOR_MISSING: "what its selector names is not on the page",
    Outcome.PATTERN_MISSING: "its pattern is not in the text",
    Outcome.NOT_A_NUMBER: "what it shows is not a number",
    Outcome.AMBIGUOUS_NUMBER: "what it shows can be read as two numbers",
    Outcome.UNIT_MISMATCH: "it shows another unit than its recipe says",
    Outcome.ABSENT: "it shows no value",
    Outcome.TOO_LARGE: "it sent more than is read",
    Outcome.TRUNCATED: "its answer was cut short",
    Outcome.BROWSER_CRASHED: "the browser crashed on its page",
    Outcome.BROWSER_MISSING: "it needs a browser, and there is none",
    Outcome.REFUSED: "its address may not be asked",
    Outcome.INTERNAL_ERROR: "Wattledger itself failed",
}
"""What was wrong, by the outcome; an outcome that is no fault is not in it."""


def fault(outcome: Outcome) -> str:
    """Return a sentence on an endpoint whose newest attempt ended so."""
    words = FAULTS.get(outcome)
    return "It cannot be read." if words is None else f"It cannot be read: {words}."
