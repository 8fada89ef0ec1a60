"""Start the browser once, as a read would: the one proof that it works on this machine."""

from pathlib import Path

from wattledger.collect.browser.life import BrowserLife
from wattledger.collect.browser.lost import BrowserLostError
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome


async def try_browser(program: Path) -> None:
    """Start and end the browser; AttemptError says why it does not start and what to do."""
    life = BrowserLife(program, places=1)
    try:
        async with life.context({}):
            pass
    except BrowserLostError:
        raise AttemptError(
            Outcome.BROWSER_CRASHED,
            f"The browser {program} started and ended at once; look for a lack of memory.",
        ) from None
    finally:
        await life.close()
