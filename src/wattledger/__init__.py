"""Wattledger: reads power meters and keeps an exact ledger of energy."""
