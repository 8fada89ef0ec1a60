"""The demo's past: what a new user sees first is neither estimated nor in doubt."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from wattledger.bootstrap.database import prepare_database
from wattledger.bootstrap.system import open_system
from wattledger.clock import SetClock
from wattledger.config import load_settings
from wattledger.domain.bucket import BucketLength, BucketQuality
from wattledger.domain.instant import parse_instant
from wattledger.services.close_month import risks_of_month
from wattledger.services.energy_history import energy_history
from wattledger.services.history_ask import HistoryAsk
from wattledger.services.stage_farm import back_fill, stage_farm
from wattledger.simulate.farm import Farm
from wattledger.simulate.lineup import plain_farm

NOW = parse_instant("2026-11-20T12:23:31Z")


async def test_the_past_of_the_demo_is_neither_estimated_nor_in_doubt(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, time_zone="Europe/Berlin", browser="none")
    prepare_database(settings).close()
    with Farm.start(plain_farm(2), frozen_at=NOW) as farm:
        async with open_system(settings) as opened:
            system = replace(opened, clock=SetClock(NOW))
            stage_farm(system, farm.devices)
            for device in farm.devices:
                back_fill(system, device)
            ask = HistoryAsk("2026-10-21", "2026-11-19", BucketLength.HOUR)
            history = energy_history(system.database, ask, NOW, None)
            assert len(history.series) == len(farm.devices)
            for series in history.series:
                assert {each.quality for each in series.buckets} == {BucketQuality.MEASURED}
            for month in (date(2026, 10, 1), date(2026, 11, 1)):
                assert risks_of_month(system.database, month, NOW) == []
