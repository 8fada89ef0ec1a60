"""Write the pages of docs/reference that are made from the source."""

import asyncio
import tempfile
from pathlib import Path

from wattledger.bootstrap.system import open_system
from wattledger.config import load_settings, settings_reference
from wattledger.web.app import create_app
from wattledger.web.permission_page import permissions_reference

FOLDER = Path(__file__).parent.parent / "docs/reference"


async def permissions() -> str:
    """Return the page of permissions, from the routes of a system that nobody uses."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_system(load_settings(data_dir=Path(folder))) as system:
            return permissions_reference(create_app(system))


def main() -> None:
    """Write the pages."""
    pages = {"settings.md": settings_reference(), "permissions.md": asyncio.run(permissions())}
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
