"""Write the OpenAPI document, for the client of the web application and for other generators.

``scripts/write_openapi.py [FILE]``; to the standard output without one. The same text each time.
"""

import json
import sys
import tempfile
from pathlib import Path

from wattledger.clock import SystemClock
from wattledger.collect.lease import Undivided
from wattledger.collect.reader import Reader
from wattledger.config import load_settings
from wattledger.secrets.vault import Vault
from wattledger.services.system import System
from wattledger.store.database import Database
from wattledger.web.app import create_app


def document() -> str:
    """Return the document as text, of an application that is connected to nothing."""
    clock = SystemClock()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/none.db")
        vault = Vault(Path(folder) / "key")
        system = System(load_settings(), clock, database, vault, Reader({}, Undivided(), clock))
        described = create_app(system).openapi()
        database.close()
    return json.dumps(described, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def main() -> None:
    """Write the document."""
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(document(), encoding="utf-8")
    else:
        sys.stdout.write(document())


if __name__ == "__main__":
    main()
