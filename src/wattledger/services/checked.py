"""Who was found to call, and for how long that stands."""

from dataclasses import dataclass

from wattledger.domain.caller import Caller
from wattledger.domain.instant import Instant


@dataclass(frozen=True, slots=True)
class Checked:
    """A caller whose token or session is good, until then and while nothing is written.

    ``until`` is when the token or session ends, or when its use is to be noted again.
    """

    caller: Caller
    until: Instant
