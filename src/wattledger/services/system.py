"""The parts a running Wattledger is made of; `bootstrap` puts them together."""

from dataclasses import dataclass

from wattledger.clock import Clock
from wattledger.collect.reader import Reader
from wattledger.config import Settings
from wattledger.secrets.vault import Vault
from wattledger.store.database import Database


@dataclass(frozen=True, slots=True)
class System:
    """Settings, time, the database, the vault of secrets, and the reader of devices."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    reader: Reader
