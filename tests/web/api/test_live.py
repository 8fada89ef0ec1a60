"""The live view shows each endpoint's latest reading, and never a number nobody read."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.web.api.conftest import AddEndpoint, BookReadings, RecordAttempt
from wattledger.domain.outcome import Outcome
from wattledger.web.api.consumption_schemas import LiveConsumption
from wattledger.web.schema import Answer
