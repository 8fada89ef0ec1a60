"""Write the types of the web application's API client from the OpenAPI document."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from build_web import FRONTEND, node
from write_openapi import document

SCHEMA = FRONTEND / "src" / "api" / "schema.ts"
_PROSE = {"example", "examples", "description", "summary", "title"}
_NAMED = {"properties", "schemas", "paths", "responses", "parameters", "patternProperties"}


def without_prose(part: Any, *, names: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Return a part of the document without what types do not need.

    Where the keys are ``names`` of somebody's choice, a key called "description" is kept.
    """
    if isinstance(part, dict):
        return {
            key: without_prose(value, names=key in _NAMED and isinstance(value, dict))
            for key, value in part.items()
            if names or key not in _PROSE
        }
    return [without_prose(each) for each in part] if isinstance(part, list) else part


def types() -> str:
    """Return the TypeScript that describes the API."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "openapi.json", Path(folder) / "schema.ts"
        source.write_text(json.dumps(without_prose(json.loads(document()))), encoding="utf-8")
        tool = FRONTEND / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
        subprocess.run(  # noqa: S603 - ours
            [*node(), str(tool), str(source), "--output", str(target)],
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
        )
        return target.read_text(encoding="utf-8")


def differs() -> int:
    """Return 1, and say so, when what is committed is not what the API is."""
    if SCHEMA.read_text(encoding="utf-8") == types():
        return 0
    sys.stderr.write("frontend/src/api/schema.ts does not say what the API is. Run: make types\n")
    return 1


if __name__ == "__main__":
    SCHEMA.write_text(types(), encoding="utf-8")
