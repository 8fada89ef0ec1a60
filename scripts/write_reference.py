"""Write the pages of docs/reference that are made from the source."""

from pathlib import Path

from wattledger.config import settings_reference
from wattledger.web.app import routes
from wattledger.web.permission_page import permissions_reference

FOLDER = Path(__file__).parent.parent / "docs/reference"


def main() -> None:
    """Write the pages."""
    pages = {"settings.md": settings_reference(), "permissions.md": permissions_reference(routes())}
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
