"""Try a recipe on a page that is kept: what would be read of it. No device is asked."""

from wattledger.collect.attempt import Attempt, Fetched
from wattledger.collect.errors import AttemptError
from wattledger.collect.extract import extract
from wattledger.domain.instant import MILLISECOND
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import Engine, ScrapingConfig
from wattledger.services.captured_page import parted
from wattledger.services.system import System
from wattledger.store.kept_evidence import capturing_transport, find_capture


def try_capture(system: System, capture_id: int, scraping: ScrapingConfig) -> Attempt:
    """Return how reading a kept page ends; its steps are not taken, for it is where they led.

    A failure is an Attempt too. NotFoundError when the page is not, or no longer, kept.
    """
    with system.database.connect() as connection:
        kept = find_capture(connection, capture_id)
        transport = capturing_transport(connection, kept)
    started = system.clock.now()
    documents = tuple(parted(kept.url, kept.page.decode(errors="replace")))
    samples: tuple[Sample, ...] = ()
    outcome, message = Outcome.OK, None
    try:
        samples = (extract(documents, scraping),)
    except AttemptError as error:
        outcome, message = error.outcome, error.message
    return Attempt(
        outcome=outcome,
        message=message,
        transport=Engine.HTTP if transport is None else Engine(transport),
        started_at=started,
        read_at=kept.taken_at,
        milliseconds=max(0, system.clock.now() - started) // MILLISECOND,
        samples=samples,
        fetched=Fetched(documents, kept.status),
    )
