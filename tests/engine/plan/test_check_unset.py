"""What the adopter has still to set is named, with what waits for it."""

from tests.engine.plan.reading import complaints, line, rules


def test_a_parameter_without_value_is_an_error_unless_the_adopter_sets_it() -> None:
    def told(parameter: str) -> list[tuple[bool, str]]:
        return complaints(f"parameters:\n{rules(ratio=parameter)}lines:\n{line('a', 'ratio * 2')}{line('total', 'a')}")

    assert told("values: {}") == [
        (
            True,
            "small.yaml:7, field parameters.ratio.values: The parameter 'ratio' has no value. "
            "Write one with the day it holds from, or 'open: true' if the adopter sets it.",
        )
    ]
    assert told("values: {}, open: true") == [
        (
            False,
            "small.yaml:7, field parameters.ratio: The parameter 'ratio' has no value for any period; until it is "
            "set there is no value of 'a', 'total'. Set it: values: {2024-01-01: …}.",
        )
    ]


def test_a_table_without_rows_is_named_where_a_required_line_waits_for_it() -> None:
    def told(more: str) -> list[tuple[bool, str]]:
        table = rules(rates="kind: steps, rows: []")
        return complaints(f"tables:\n{table}lines:\n{line('total', 'steps(rates, 1)', more=more)}")

    assert told("") == []
    assert told(", required: [year]") == [
        (
            False,
            "small.yaml:7, field tables.rates: The table 'rates' has no rows; until it is set there is no value of "
            "'total'. Set its rows.",
        )
    ]


def test_beside_a_formula_that_cannot_be_read_what_is_still_to_be_set_is_named_all_the_same() -> None:
    parameter = rules(ratio="values: {}, open: true")
    found = complaints(f"parameters:\n{parameter}lines:\n{line('total', 'ratio * __import__')}")
    text = " ".join(said for _, said in found)
    assert "This formula cannot be read: '_' at character 9 has no meaning in a formula." in text
    assert "The parameter 'ratio' has no value for any period. Set it: values: {2024-01-01: …}." in text
