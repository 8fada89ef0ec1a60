"""The build hook: the web application is built before it is packed."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WebHook(BuildHookInterface):
    """Builds ``src/wattledger/web/dist``.

    An editable install leaves it to ``make``, which builds again when a source changed; a source
    archive carries the sources.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, before files are collected."""
        del build_data
        if self.target_name != "wheel" or version == "editable":
            return
        sys.path.insert(0, str(Path(self.root) / "scripts"))
        from build_web import build  # noqa: PLC0415 - found only now

        build()
