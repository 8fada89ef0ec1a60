"""Money: exact decimals of an ISO 4217 currency, rounded half up to its cents (LEDGER 6)."""

from decimal import Decimal

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.scaled import rounded

_CENTS = 2
_NO_CENTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_CENTS = "BHD IQD JOD KWD LYD OMR TND"
_TWO_CENTS = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF
CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG
HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES
WST XCD XCG YER ZAR ZMW ZWG
"""
_DECIMALS = {
    **dict.fromkeys(_NO_CENTS.split(), 0),
    **dict.fromkeys(_TWO_CENTS.split(), _CENTS),
    **dict.fromkeys(_THREE_CENTS.split(), 3),
}
"""The decimals of each currency of ISO 4217."""


def parse_currency(text: str) -> str:
    """Read the code of a currency; InvalidInputError for what is none of ISO 4217.

    >>> parse_currency(" eur ")
    'EUR'
    """
    code = text.strip().upper()
    if code not in _DECIMALS:
        raise InvalidInputError(
            f"'{text}' is not a currency of ISO 4217; write it like EUR.", field="currency"
        )
    return code


def decimals_of(currency: str) -> int:
    """Return how many decimals a currency's amounts have.

    >>> decimals_of("EUR"), decimals_of("JPY")
    (2, 0)
    """
    return _DECIMALS.get(currency, _CENTS)


def to_cents(amount: Decimal, currency: str) -> Decimal:
    """Round an amount half up, away from zero, to what can be paid: cents, mostly.

    >>> to_cents(Decimal("2.345"), "EUR"), to_cents(Decimal("234.5"), "JPY")
    (Decimal('2.35'), Decimal('235'))
    """
    return rounded(amount, decimals_of(currency))


def format_amount(amount: Decimal, currency: str) -> str:
    """Write an amount of money as plain digits with its currency.

    >>> format_amount(Decimal("1234.5"), "EUR")
    '1234.50 EUR'
    """
    return f"{to_cents(amount, currency):f} {currency}"
