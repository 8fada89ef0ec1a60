"""Device leases: one holder at a time, also when a holder died."""

from wattledger.domain.instant import SECOND
from wattledger.store.database import Database
from wattledger.store.leases import Refused, Taken, release_lease, take_lease

NOW = 1_000 * SECOND
DEVICE = "10.0.0.5:80"


def test_a_device_is_held_by_one_until_it_is_given_back(database: Database) -> None:
    with database.begin() as connection:
        taken = take_lease(connection, DEVICE, "a", NOW, NOW + 60 * SECOND)
        assert taken == Taken(1)
        refused = take_lease(connection, DEVICE, "b", NOW + SECOND, NOW + 60 * SECOND)
        assert refused == Refused("a", NOW + 60 * SECOND)
        assert take_lease(connection, "10.0.0.6:80", "b", NOW, NOW + SECOND) == Taken(1)
        release_lease(connection, DEVICE, 1, NOW + 5 * SECOND)
        resting = take_lease(connection, DEVICE, "b", NOW + 4 * SECOND, NOW + 60 * SECOND)
        assert resting == Refused(None, NOW + 5 * SECOND), "a weak device rests after a poll"
        assert take_lease(connection, DEVICE, "b", NOW + 5 * SECOND, NOW + 60 * SECOND) == Taken(2)


def test_a_lease_that_ran_out_is_taken_and_its_holder_cannot_give_it_back(
    database: Database,
) -> None:
    with database.begin() as connection:
        take_lease(connection, DEVICE, "dead", NOW, NOW + SECOND)
        assert take_lease(connection, DEVICE, "b", NOW + SECOND, NOW + 60 * SECOND) == Taken(2)
        release_lease(connection, DEVICE, 1, NOW)
        held = take_lease(connection, DEVICE, "c", NOW + 2 * SECOND, NOW + 60 * SECOND)
        assert held == Refused("b", NOW + 60 * SECOND)
