"""Open the vault of device credentials, with the key that belongs to the database."""

from pathlib import Path

from wattledger.secrets.vault import Vault, VaultError
from wattledger.store.database import Database
from wattledger.store.endpoints import some_credentials


def open_vault(key_file: Path, database: Database) -> Vault:
    """Return the vault; a new database gets a new key.

    VaultError when the key that stored credentials need is missing or another: better found at
    the start than endpoint by endpoint.
    """
    with database.connect() as connection:
        sealed = some_credentials(connection)
    if sealed is not None and not key_file.exists():
        raise VaultError(
            f"The key file {key_file} is missing, and this database holds passwords encrypted "
            "with it; put it back from the backup."
        )
    vault = Vault(key_file)
    if sealed is not None:
        vault.decrypt(sealed)
    return vault
