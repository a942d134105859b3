"""The fixed facts of a log."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from schemas.institution import Institution
from schemas.problems import Problem


def test_the_default_is_shanghai_and_yuan() -> None:
    bank = Institution()
    assert (bank.zone, bank.currency, bank.digits) == (ZoneInfo("Asia/Shanghai"), "CNY", 2)


@pytest.mark.parametrize("name", ["Asia/Nowhere", "", "../etc/passwd", "/etc/localtime", "Asia", "x\x00"])
def test_a_place_without_a_zone_is_refused(name: str) -> None:
    with pytest.raises(Problem, match=r"is no time zone\. Write an IANA name"):
        Institution(timezone=name)


def test_an_unknown_currency_is_refused_with_the_nearest() -> None:
    with pytest.raises(Problem, match=r"'cny' is no currency of ISO 4217\. Did you mean CNY\?"):
        Institution(currency="cny")
    with pytest.raises(Problem, match=r"'RMB' is no currency of ISO 4217\. Did you mean CNY\?"):
        Institution(currency="RMB")
