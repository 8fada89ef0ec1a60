"""Meters with known true energy and the faults that befall them (LEDGER 8)."""

from wattledger.simulate.ledger_faults import arrival, breaks, gaps, noise, pairs

ALL_FAULTS = (*gaps.FAULTS, *breaks.FAULTS, *noise.FAULTS, *arrival.FAULTS, *pairs.FAULTS)
