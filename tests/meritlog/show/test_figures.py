from __future__ import annotations

import pytest

from meritlog.show.figures import column, grouped, is_decimal, percent


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("0", "0"),
        ("999", "999"),
        ("1000", "1,000"),
        ("-1250000.5", "-1,250,000.5"),
        ("12345678901234567890.1234567", "12,345,678,901,234,567,890.1234567"),
        ("0.3333333333", "0.3333333333"),
        ("manager-1", "manager-1"),
        ("-25200.00", "-25,200.00"),
    ],
)
def test_thousands_are_grouped_and_no_digit_is_lost(value: str, shown: str) -> None:
    assert grouped(value) == shown
    assert shown.replace(",", "") == value


def test_decimal_points_stand_below_each_other() -> None:
    figures = column(["1", "-22.5", "333.25", None])
    assert figures == ["1   ", "-22.5 ", "333.25", "–   "]


def test_a_figure_cut_for_the_eye_says_that_it_goes_on() -> None:
    assert column(["1234.2391", "-4000", "2.25", "manager-1"], short=True) == [
        "1,234.23…",
        "-4,000    ",
        "2.25 ",
        "manager-1",
    ]
    assert column(["0.95520833"], short=True) == ["0.9552…"]
    assert column(["999.12345"], short=True) == ["999.12345"], "an ellipsis is not shorter than the last digit"


@pytest.mark.parametrize("text", ["", "-", "1e5", "NaN", "1.", ".5", "+1", "0x1", "１"])
def test_only_plain_decimals_are_figures(text: str) -> None:
    assert not is_decimal(text)


@pytest.mark.parametrize(
    ("value", "shown"), [("0.7577256", "75.77…%"), ("1", "100%"), ("0.5", "50%"), ("-0.125", "-12.5%"), ("0", "0%")]
)
def test_a_part_of_one_is_a_percentage(value: str, shown: str) -> None:
    assert percent(value) == shown
