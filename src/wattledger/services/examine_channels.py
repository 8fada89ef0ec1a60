"""Whether the channels take the messages that are sent to them."""

from wattledger.services.examine import Finding, Verdict
from wattledger.store.channels import enabled_channels
from wattledger.store.database import Database

_MOST_NAMED = 3
"""So many channels are named, each with what it answered."""


def examine_channels(database: Database) -> Finding:
    """Tell which channels did not take the last message that was sent to them."""
    with database.connect() as connection:
        channels = enabled_channels(connection)
    failing = [each for each in channels if each.failures]
    if not failing:
        text = f"{len(channels)}, no message waits" if channels else "none"
        return Finding("channels", Verdict.FINE, text)
    named = [f"{each.name} ({each.last_error})" for each in failing[:_MOST_NAMED]]
    more = len(failing) - len(named)
    text = "; ".join(named) + (f" and {more} more" if more else "")
    verb = "does" if len(failing) == 1 else "do"
    return Finding(
        "channels",
        Verdict.WARNING,
        f"{len(failing)} of {len(channels)} {verb} not take messages: {text}",
        "correct the address under Alerts, Channels, and send a test; what was not taken is sent "
        "again by itself",
    )
