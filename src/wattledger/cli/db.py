"""``wattledger db upgrade``: bring the database to this version's schema."""

import typer

from wattledger.bootstrap.database import prepare_database
from wattledger.cli import console
from wattledger.config import load_settings

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.callback()
def _db() -> None:
    """Care for the database."""


@app.command()
def upgrade() -> None:
    """Create the database, or bring it to the schema of this version; nothing is lost."""
    settings = load_settings()
    prepare_database(settings).close()
    console.note(f"The database is up to date: {settings.shown_database}.")
