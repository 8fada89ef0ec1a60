"""What the ledger makes of a reading, as JSON."""

from typing import Literal, TypeAlias

from wattledger.domain.reading import Status

Quality: TypeAlias = Literal["good", "jitter", "held", "glitch", "rejected"]
"""What the ledger makes of a reading; only good ones are counted."""

QUALITIES: dict[Status, Quality] = {
    Status.GOOD: "good",
    Status.JITTER: "jitter",
    Status.HELD: "held",
    Status.GLITCH: "glitch",
    Status.REJECTED: "rejected",
}
