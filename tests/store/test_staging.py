"""The scratch file of an import."""

from functools import partial

from wattledger.domain.reading import Source
from wattledger.store.readings import NewReading
from wattledger.store.staging import Staging

imported = partial(NewReading, source=Source.IMPORTED)


def test_rows_come_back_by_series_in_order_with_their_identity() -> None:
    with Staging() as staging:
        staging.add(
            [(0, 20, 5, 1, None, "S2", 3), (1, 1, 1, 1, 7, None, 2), (0, 10, 4, 1, 9, "S1", 4)]
        )
        staging.sort()
        first = list(staging.series(0, 1))
        second = list(staging.series(1, 10))
    assert first == [[imported(10, 4, 1, 9, serial="S1")], [imported(20, 5, 1, serial="S2")]]
    assert second == [[imported(1, 1, 1, 7)]]
