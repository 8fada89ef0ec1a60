"""What people are shown as addresses of services is what is taken."""

import re
from pathlib import Path

import pytest

from wattledger.notify.apprise_program import _channel, _known
from wattledger.notify.services import SERVICES, shown_address

ROOT = Path(__file__).parents[2]
FORM = (ROOT / "frontend/src/pages/alerts/services.ts").read_text(encoding="utf-8")
PAGE = (ROOT / "docs/how-to/alerts-by-mail-and-chat.md").read_text(encoding="utf-8")
IN_FORM = re.findall(r'example: "(.+?)"', FORM)
IN_PAGE = re.findall(r"^\| [^|]+ \| `(\S+?)` \|", PAGE, re.MULTILINE)
EXAMPLES = sorted({*IN_FORM, *IN_PAGE})

# Loading its services, Apprise meets libraries that warn; in the product they have a process.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.parametrize("example", EXAMPLES)
def test_each_example_is_an_address_of_a_service(example: str) -> None:
    assert _known(example, _channel(example)).problem is None


def test_each_service_has_its_example() -> None:
    found = {_known(example, _channel(example)).service for example in EXAMPLES}
    assert found == {service.name for service in SERVICES}


def test_the_host_is_shown_only_where_it_is_no_key() -> None:
    for service in SERVICES:
        shown = {shown_address(scheme, "k3y.example") for scheme in service.schemes}
        assert all(("k3y" in address) is service.shows_host for address in shown)


def test_an_address_without_a_host_shows_none() -> None:
    assert shown_address("ntfy", None) == "ntfy://…"
    assert shown_address("unknown", "host") == "unknown://…"
