"""A channel remembers what was told lately, within its bounds."""

from wattledger.web.live.channel import Channel
from wattledger.web.live.snapshot import Snapshot


def snapshot(number: int) -> Snapshot:
    return Snapshot(number, {}, b'{"endpoints":%d}' % number)


async def test_the_first_snapshot_is_no_change() -> None:
    channel = Channel(None)
    channel.show(snapshot(1), 0)
    assert (channel.count, channel.events_after(1)) == (1, b"")
    assert channel.events_after(0) is None


async def test_nothing_new_is_nothing_to_tell() -> None:
    channel = Channel(None)
    first = snapshot(1)
    for at in range(3):
        channel.show(first, at)
    assert channel.count == 1


async def test_events_are_forgotten_after_a_while_but_never_the_last() -> None:
    channel = Channel(None)
    for at in (0, 10, 200, 320, 10_000):
        channel.show(snapshot(at), at)
    assert channel.count == 5
    assert b'{"endpoints":10000}' in (channel.events_after(4) or b"")
    assert channel.events_after(3) is None
    assert channel.events_after(6) is None


async def test_more_than_a_large_event_is_asked_for_again() -> None:
    channel = Channel(None)
    for number in range(200):
        totals = b'"%d%b"' % (number, b"x" * 10_000)
        channel.show(Snapshot(number, {}, totals), number / 1000)
    missed = [channel.events_after(200 - behind) for behind in range(200)]
    told = [each for each in missed if each is not None]
    assert 20 < len(told) < 28
    assert missed[: len(told)] == told
    assert max(map(len, told)) < 260_000


async def test_one_of_the_largest_events_is_told() -> None:
    channel = Channel(None)
    for number in range(3):
        totals = b'"%d%b"' % (number, b"x" * 255_900)
        channel.show(Snapshot(number, {}, totals), number)
    assert b"event: delta" in (channel.events_after(2) or b"")
    assert channel.events_after(1) is None


def test_names_of_snapshots_are_known_again_by_their_channel_alone() -> None:
    channel, other = Channel(None), Channel(None)
    assert channel.place(channel.name) == 0
    assert channel.place(other.name) is None
    for name in ("", "-", channel.name + "x", channel.name.replace("-0", "--1"), "1" * 400):
        assert channel.place(name) is None
    assert channel.place(channel.name.replace("-0", "-" + "9" * 300)) is None
