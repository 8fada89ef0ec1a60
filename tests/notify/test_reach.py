"""Messages go to private networks and to the internet, and nowhere else unless it is allowed."""

import pytest

from wattledger.notify.reach import Reach


@pytest.mark.parametrize(
    "host", ["10.0.0.5", "192.168.1.9", "fd00::7", "93.184.216.34", "2606:2800:220:1::1"]
)
def test_private_networks_and_the_internet_are_in_reach(host: str) -> None:
    assert Reach().refusal(host, 443) is None


@pytest.mark.parametrize(
    "host",
    [
        *("169.254.169.254", "::ffff:169.254.169.254", "fe80::1%eth0", "fd00:ec2::254"),
        *("0.0.0.0", "::", "224.0.0.1", "255.255.255.255", "100.100.100.200"),  # noqa: S104 - refused
        *("127.0.0.1", "::1", "::ffff:127.0.0.1", "hooks.example.com"),
    ],
)
def test_all_else_is_refused_with_the_reason(host: str) -> None:
    assert Reach().refusal(host, 443)


def test_the_settings_let_more_in_but_never_a_clouds_metadata() -> None:
    reach = Reach(("100.64.0.0/10", "169.254.0.0/16"), allow_loopback=True, own_port=4000)
    assert reach.refusal("100.100.100.200", 443) is None
    assert reach.refusal("127.0.0.1", 8080) is None
    assert "Wattledger itself" in (reach.refusal("127.0.0.1", 4000) or "")
    assert "link-local" in (reach.refusal("169.254.169.254", 80) or "")
