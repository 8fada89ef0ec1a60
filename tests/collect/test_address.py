"""Which addresses are read, and how they may be written."""

import asyncio
import socket
from ipaddress import ip_network

import pytest

from wattledger.collect.address import AddressPolicy, Device, host_port, parse_address
from wattledger.collect.errors import AttemptError
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.outcome import Outcome


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("10.0.0.5", "http://10.0.0.5/"),
        (" 10.0.0.5:8080 ", "http://10.0.0.5:8080/"),
        ("PDU-3.Example.", "http://pdu-3.example/"),
        ("https://10.0.0.5", "https://10.0.0.5/"),
        ("https://10.0.0.5:443/a b?x=1#top", "https://10.0.0.5/a%20b?x=1"),
        ("http://10.0.0.5/%41%20b", "http://10.0.0.5/%41%20b"),
        ("fd00::7", "http://[fd00::7]/"),
        ("[fd00:0::7]:81", "http://[fd00::7]:81/"),
        ("zähler.example", "http://xn--zhler-gra.example/"),
        ("rack_pdu", "http://rack_pdu/"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed: str, url: str) -> None:
    assert parse_address(typed).url == url


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://",
        "ftp://10.0.0.5",
        "file:///etc/passwd",
        "10.0.0.5:0",
        "10.0.0.5:99999",
        "10.0.0.5:web",
        "http://[fd00::7",
        "127.1",
        "0x7f000001",
        "2130706433",
        "010.0.0.1",
        "a b",
        "-pdu.example",
        "a..b",
    ],
)
def test_what_is_no_address_is_refused_by_name(typed: str) -> None:
    with pytest.raises(InvalidInputError, match="not a device's address") as caught:
        parse_address(typed)
    assert caught.value.field == "address"


def test_a_password_in_the_address_is_sent_to_its_place_without_being_repeated() -> None:
    with pytest.raises(InvalidInputError, match="authConfig") as caught:
        parse_address("http://admin:hunter2@10.0.0.5/")
    assert "hunter2" not in str(caught.value)


def test_a_device_is_leased_by_host_and_port() -> None:
    assert host_port("PDU.example/energy") == "pdu.example:80"
    assert host_port("https://[fd00::7]") == "[fd00::7]:443"


@pytest.mark.parametrize("ip", ["10.1.2.3", "172.31.0.1", "192.168.1.1", "fd00::1"])
async def test_private_addresses_are_read(ip: str) -> None:
    assert await AddressPolicy().resolve(ip, 80) == ip


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "172.32.0.1", "100.64.0.1", "2001:4860:4860::8888", "::ffff:8.8.8.8"]
)
async def test_other_addresses_need_the_setting(ip: str) -> None:
    with pytest.raises(AttemptError, match="WATTLEDGER_ALLOWED_NETWORKS") as caught:
        await AddressPolicy().resolve(ip, 80)
    assert caught.value.outcome is Outcome.REFUSED


async def test_an_allowed_network_is_read() -> None:
    policy = AddressPolicy(allowed_networks=(ip_network("203.0.113.0/24"),))
    assert await policy.resolve("203.0.113.9", 80) == "203.0.113.9"
    assert await policy.resolve("::ffff:203.0.113.9", 80) == "::ffff:203.0.113.9"


@pytest.mark.parametrize("ip", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "localhost"])
async def test_this_machine_is_read_only_where_the_setting_says_so(ip: str) -> None:
    with pytest.raises(AttemptError, match="WATTLEDGER_ALLOW_LOOPBACK") as caught:
        await AddressPolicy(allowed_networks=(ip_network("0.0.0.0/0"),)).resolve(ip, 80)
    assert caught.value.outcome is Outcome.REFUSED
    assert await AddressPolicy(allow_loopback=True).resolve(ip, 80)


@pytest.mark.parametrize(
    "ip",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "0.0.0.0",  # noqa: S104 - an address to refuse
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
    ],
)
async def test_link_local_and_the_like_are_never_read(ip: str) -> None:
    everything = AddressPolicy((ip_network("0.0.0.0/0"), ip_network("::/0")), allow_loopback=True)
    with pytest.raises(AttemptError, match="never read") as caught:
        await everything.resolve(ip, 80)
    assert caught.value.outcome is Outcome.REFUSED


async def test_our_own_port_is_never_read() -> None:
    policy = AddressPolicy(allow_loopback=True, own_ports=frozenset({4000}))
    with pytest.raises(AttemptError, match="Wattledger itself"):
        await policy.resolve("127.0.0.1", 4000)
    assert await policy.resolve("127.0.0.1", 4001) == "127.0.0.1"
    assert await policy.resolve("10.255.255.254", 4000) == "10.255.255.254"


async def test_of_a_names_addresses_the_first_permitted_one_is_pinned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answers(*_arguments: object, **_options: object) -> list[object]:
        return [(0, 0, 0, "", (ip, 0)) for ip in ("169.254.1.1", "10.0.0.9", "10.0.0.10")]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    assert await AddressPolicy().resolve("pdu.example", 80) == "10.0.0.9"


async def test_an_unknown_name_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(AttemptError, match=r"'pdu\.example' is not known") as caught:
        await AddressPolicy().resolve("pdu.example", 80)
    assert caught.value.outcome is Outcome.UNREACHABLE


async def test_a_name_server_that_hangs_costs_no_more_than_its_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def never(_lookup: object, _seconds: float) -> None:
        raise TimeoutError

    monkeypatch.setattr(asyncio, "wait_for", never)
    with pytest.raises(AttemptError, match="name server") as caught:
        await AddressPolicy().resolve("localhost", 80)
    assert caught.value.outcome is Outcome.TIMEOUT


def test_a_device_owns_its_name_and_its_ip_address_alone() -> None:
    device = Device(parse_address("pdu.example"), "10.0.0.9")
    assert device.owns("https://PDU.example:8443/x")
    assert device.owns("http://10.0.0.9/")
    assert not device.owns("http://10.0.0.10/")
    assert not device.owns("http://pdu.example.evil.example/")
    assert not device.owns("http://[broken")
    assert not device.owns("javascript:alert(1)")


def test_only_devices_on_the_internet_must_have_a_valid_certificate() -> None:
    address = parse_address("https://pdu.example")
    assert not Device(address, "10.0.0.9").verifies_tls
    assert Device(address, "8.8.8.8").verifies_tls
