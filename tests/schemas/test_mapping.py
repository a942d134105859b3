from pathlib import Path

import pytest

from schemas.mapping import template
from schemas.mapping_file import load
from schemas.problems import Problem, Problems

GOOD = """\
mapping: postings
source: core
events:
  - type: balance.changed
    id: "{no}"
    data: {account_id: "{acc}", customer_id: "{cus}", amount: "{amt}", on: {column: day, date: "%Y%m%d"}}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_template_is_parted_into_texts_and_columns() -> None:
    assert template("a-{b}-{{c}}") == (("a-", "b"), ("-{", None), ("c}", None))


@pytest.mark.parametrize("text", ["{", "}", "{}", "{a!r}", "{a:>5}"])
def test_a_stray_brace_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="stray brace"):
        template(text)


def test_a_good_mapping_loads(tmp_path: Path) -> None:
    rules = load(written(tmp_path, GOOD)).rules
    assert rules.mapping == "postings"
    assert [event.type for event in rules.events] == ["balance.changed"]


def test_every_mistake_of_a_mapping_is_told_at_once_with_line_and_field(tmp_path: Path) -> None:
    text = GOOD.replace("source: core", "sauce: core").replace('"%Y%m%d"', '"%y%m%d"') + "  - type: fee.earned\n"
    with pytest.raises(Problems) as caught:
        load(written(tmp_path, text))
    file = tmp_path / "map.yaml"
    assert str(caught.value).splitlines() == [
        f"{file}:6, field events[0].data.on: two digits of a year (%y) need `century:`, the first year of the hundred "
        "meant, as in 1900.",
        f"{file}:7, field events[1].id: 'id' is missing.",
        f"{file}:7, field events[1].data: 'data' is missing.",
        f"{file}:2, field sauce: 'sauce' is not known here. Did you mean 'source'?",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"{amt}"', "{column: amt, sign: {column: s}}"), "`sign` needs the texts of `plus`, of `minus` or both"),
        (('"{amt}"', "{column: amt, lookup: x, by: a, take: b}"), "comes from exactly one of"),
        (('"{amt}"', "{lookup: owner, by: a, take: b}"), "The lookup 'owner' is not declared under `lookups`."),
        (('"{amt}"', "{lookup: owner}"), "a `lookup` needs `by`"),
        (('"{amt}"', "{column: amt, otherwise: x}"), "`otherwise` belongs to"),
        (('"{amt}"', "{column: amt, times: ten}"), "this is no number"),
        (('"{amt}"', "true"), "a value is a text"),
        (("source: core\n", ""), "The event has no `source`."),
        ((', on: {column: day, date: "%Y%m%d"}', ""), "neither a `time` nor a business date `on`"),
        (("source: core\n", "source: core\nzone: Middle/Earth\n"), "no time zone"),
        (("source: core\n", "source: core\ntable: {delimiter: long}\n"), "a delimiter is one character"),
        (("source: core\n", "source: core\ntable: {encoding: klingon}\n"), "encoding 'klingon' is unknown"),
        (("source: core\n", "source: core\ntable: {encoding: utf-16}\n"), "not read"),
        (("source: core\n", "source: core\ntable: {decimal: ',', thousands: ','}\n"), "are the same"),
        (("source: core\n", "source: core\ntable: {header: false}\n"), "needs `columns:`"),
        (("source: core\n", "source: core\nrows: {a: true}\n"), "a condition is a text"),
        (("source: core\n", "source: core\nskip: [{when: {}, reason: x}]\n"), "Nothing is written here"),
        (("type: balance.changed", "type: balance.chnaged"), "Did you mean 'balance.changed'?"),
        (("account_id:", "acount_id:"), "Did you mean 'account_id'?"),
        (('customer_id: "{cus}", ', ""), "balance.changed needs the field 'customer_id'."),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = GOOD.replace(*change)
    assert text != GOOD
    with pytest.raises(Problem, match=r"map\.yaml:\d+") as caught:
        load(written(tmp_path, text))
    assert said.lower() in str(caught.value).lower()
