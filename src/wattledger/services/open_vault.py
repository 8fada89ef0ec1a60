"""Open the vault of device credentials, with the key that belongs to the database."""

from pathlib import Path

from pydantic import SecretStr

from wattledger.secrets.vault import Vault, VaultError
from wattledger.store.credentials import some_credentials
from wattledger.store.database import Database


def open_vault(key_file: Path, database: Database, given: SecretStr | None = None) -> Vault:
    """Return the vault, with the keys given, else those of the file; a new database gets a new key.

    VaultError when the key that stored credentials need is missing or another: better found at
    the start than endpoint by endpoint.
    """
    with database.connect() as connection:
        sealed = some_credentials(connection)
    if given is None and sealed and not key_file.exists():
        raise VaultError(
            f"The key file {key_file} is missing, and this database holds passwords encrypted "
            "with it; put it back from the backup."
        )
    vault = Vault(key_file, None if given is None else given.get_secret_value())
    for each in sealed:
        vault.decrypt(each)
    return vault
