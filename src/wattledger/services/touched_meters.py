"""Which meters an import touched, as the audit log holds them: by number and name."""

from collections.abc import Mapping

from wattledger.store.act import Touched, record_touched
from wattledger.store.database import Connection
from wattledger.store.meters import MeterName

READ = "import-readings"
MADE = "import-create"


def record_meters(connection: Connection, action: str, meters: Mapping[MeterName, int]) -> None:
    """Record what an import did to each of these meters, in the transaction that does it."""
    touched = (Touched(str(number), " ".join(name)) for name, number in meters.items())
    record_touched(connection, action, "meter", touched)
