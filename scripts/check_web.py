"""Check the web application: its style and types, and that its API client is of this API."""

import sys

from build_web import install, npm
from write_types import differs

if __name__ == "__main__":
    install()
    npm("run", "check")
    sys.exit(differs())
