"""Write docs/reference/settings.md from the settings themselves."""

from pathlib import Path

from wattledger.config import settings_reference

TARGET = Path(__file__).parent.parent / "docs/reference/settings.md"


def main() -> None:
    """Write the page."""
    TARGET.write_text(settings_reference(), encoding="utf-8")


if __name__ == "__main__":
    main()
