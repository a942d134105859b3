"""Currencies of ISO 4217: which codes exist, and how many digits each writes after the point.

Most write two; the exceptions are listed. Withdrawn codes stay known, because logs of the past are replayed (Berka's
koruna, the euro's forerunners). Codes without a minor unit of their own (metals, drawing rights) are no money here.
"""

from __future__ import annotations

DEFAULT_DIGITS = 2


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_DIGITS = _codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
_THREE_DIGITS = _codes("BHD IQD JOD KWD LYD OMR TND")
_FOUR_DIGITS = _codes("CLF UYW")
_TWO_DIGITS = _codes("""
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
    """)
_HISTORIC_TWO_DIGITS = _codes("""
    ANG ATS AZM BGL BGN BYB CSK CUC CYP DDM DEM EEK FIM FRF GHC GRD HRK IEP LTL LVL MRO MTL MXP MZM NLG PLZ ROL RUR
    SDD SIT SKK SLL STD SUR TRL VEB VEF YUD ZMK ZWD ZWL
    """)
_HISTORIC_NO_DIGITS = _codes("ADP BEF BYR ESP ITL LUF MGF PTE TPE TMM")

_DIGITS: dict[str, int] = {
    **dict.fromkeys(_TWO_DIGITS | _HISTORIC_TWO_DIGITS, DEFAULT_DIGITS),
    **dict.fromkeys(_NO_DIGITS | _HISTORIC_NO_DIGITS, 0),
    **dict.fromkeys(_THREE_DIGITS, 3),
    **dict.fromkeys(_FOUR_DIGITS, 4),
}

CODES: frozenset[str] = frozenset(_DIGITS)
OTHERWISE_CALLED = {"RMB": "CNY", "CNH": "CNY", "YUAN": "CNY"}
"""What some currencies are called that have another code."""


def minor_digits(code: str) -> int:
    """How many digits after the point an amount of ``code`` has.

    Raises ``KeyError`` for a code that ISO 4217 does not know.
    """
    return _DIGITS[code]
