"""The web application."""

from fastapi import FastAPI

from wattledger.services.system import System


def create_app(system: System) -> FastAPI:
    """Return the application over a running system."""
    app = FastAPI(title="Wattledger")
    app.state.system = system
    return app
