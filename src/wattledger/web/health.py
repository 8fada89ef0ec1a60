"""``/healthz``: the server answers."""

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from wattledger.version import __version__
from wattledger.web.answer import answer
from wattledger.web.schema import Answer, Schema

health = APIRouter(tags=["operation"])


class Health(Schema):
    """A server that answers, and its version."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "ok", "version": __version__}]}
    )

    status: str = "ok"
    version: str = __version__


@health.get("/healthz", response_model=Answer[Health], summary="Is the server alive?")
async def healthz() -> Response:
    """Answer without a token and without asking the database."""
    return answer(Answer(data=Health()))
