"""The manifest of a module: what it is called and which jobs it brings."""

from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


class JobManifest(_Model):
    """A job of a module. ``timeout`` is milliseconds, ``retries`` are extra tries."""

    handler: str
    display_name: str
    description: str
    timeout: int = Field(gt=0)
    retries: int = Field(ge=0, le=10)


class Manifest(_Model):
    """A module."""

    name: str
    version: str
    display_name: str
    description: str
    jobs: tuple[JobManifest, ...]


def built_in(package: str) -> Manifest:
    """Return the manifest of a module that ships with Wattledger."""
    text = files("wattledger.modules").joinpath(package, "manifest.json").read_text("utf-8")
    return Manifest.model_validate_json(text)
