from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from schemas.spelling import DateFormat, NumberFormat, months_later


@pytest.mark.parametrize(
    ("form", "century", "text", "moment"),
    [
        ("%Y-%m-%d", None, "2025-07-01", datetime(2025, 7, 1)),  # noqa: DTZ001
        ("%y%m%d", 1900, "930105", datetime(1993, 1, 5)),  # noqa: DTZ001
        ("%y%m%d %H:%M:%S", 1900, "931107 00:00:00", datetime(1993, 11, 7)),  # noqa: DTZ001
        ("%-d.%-m.%Y", None, "1.7.2025", datetime(2025, 7, 1)),  # noqa: DTZ001
        ("%d/%m/%Y %H:%M", None, "01/07/2025 14:30", datetime(2025, 7, 1, 14, 30)),  # noqa: DTZ001
        ("%Y年%m月%d日", None, "2025年07月01日", datetime(2025, 7, 1)),  # noqa: DTZ001
        ("%Y-%m-%dT%H:%M:%S%z", None, "2025-07-01T00:00:00Z", datetime(2025, 7, 1, tzinfo=UTC)),
        ("%Y%m%d %H%M%S.%f", None, "20250701 120000.25", datetime(2025, 7, 1, 12, 0, 0, 250_000)),  # noqa: DTZ001
    ],
)
def test_dates_are_read_as_their_format_says(form: str, century: int | None, text: str, moment: datetime) -> None:
    assert DateFormat(form, century).read(text) == moment


@pytest.mark.parametrize("text", ["93115", "930230", "9301051", " 930105", "93०105", ""])
def test_what_a_format_does_not_spell_in_full_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date as|no calendar has"):
        DateFormat("%y%m%d", 1900).read(text)


@pytest.mark.parametrize(
    ("form", "century", "said"),
    [
        ("%y%m%d", None, "need `century:`"),
        ("%Y-%m-%d", 1900, "belongs to a format with %y"),
        ("%Y-%m", None, "needs a year, a month and a day"),
        ("%Y-%m-%d %B", None, "holds %B; known are"),
        ("%Y-%m-%d %d", None, "names a part twice"),
    ],
)
def test_a_format_that_cannot_be_meant_is_refused(form: str, century: int | None, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        DateFormat(form, century)


@pytest.mark.parametrize(
    ("form", "text", "number"),
    [
        (NumberFormat(), "1250.00", "1250.00"),
        (NumberFormat(",", "."), "1.234.567,89", "1234567.89"),
        (NumberFormat(",", " "), "-1 234,5", "-1234.5"),
        (NumberFormat(".", ","), "1,250", "1250"),
        (NumberFormat(".", ","), "(1,250.10)", "-1250.10"),
        (NumberFormat(), "12.5-", "-12.5"),
        (NumberFormat(), "+7", "7"),
        (NumberFormat(), "12345678901234567.89", "12345678901234567.89"),
    ],
)
def test_numbers_are_read_by_their_marks_to_the_last_digit(form: NumberFormat, text: str, number: str) -> None:
    assert form.read(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "1.234.5", "12.34,5", "1,5,0", "NaN", "1e400", "=1+1", "--5", "١٢", "1 000"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        NumberFormat(",", ".").read(text)


def test_months_later_ends_with_a_shorter_month() -> None:
    assert months_later(date(1993, 1, 31), 1) == date(1993, 2, 28)
    assert months_later(date(1993, 11, 5), 14) == date(1995, 1, 5)
