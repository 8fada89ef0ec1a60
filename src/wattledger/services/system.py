"""The parts a running Wattledger is made of; `bootstrap` puts them together."""

from dataclasses import dataclass, field

from wattledger.clock import Clock
from wattledger.collect.reader import Reader
from wattledger.config import Settings
from wattledger.metrics import Metrics
from wattledger.notify.sender import Sender
from wattledger.secrets.vault import Vault
from wattledger.services.refused_lately import RefusedLogins
from wattledger.store.database import Database


@dataclass(frozen=True, slots=True)
class System:
    """Settings, time, the database, the vault of secrets, the reader of devices, its counts.

    ``refused`` are the logins that devices refused lately, ``sender`` sends to channels.
    """

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    reader: Reader
    metrics: Metrics = field(default_factory=Metrics)
    refused: RefusedLogins = field(default_factory=RefusedLogins)
    sender: Sender = field(default_factory=Sender)
