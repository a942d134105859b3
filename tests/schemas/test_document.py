from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from schemas import document
from schemas.document import Document, nearest, parse
from schemas.problems import EnvironmentProblem, Problem, Problems


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    amount: int
    label: str = ""


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    parts: tuple[Inner, ...] = ()


def read(text: str) -> Document:
    return parse(text.encode(), file="a.yaml")


def test_scalars_are_the_text_that_stands_there() -> None:
    document = read("on: 2025-01-01\nrate: 0.10\nyes: no\noctal: 010\ntrue_one: true\nempty:\nquoted: 'true'\n")
    assert document.value == {
        "on": "2025-01-01",
        "rate": "0.10",
        "yes": "no",
        "octal": "010",
        "true_one": True,
        "empty": None,
        "quoted": "true",
    }


def test_every_mistake_is_told_with_its_line_and_field() -> None:
    with pytest.raises(Problems) as caught:
        read("name: x\nparts:\n  - amount: many\n  - lable: y\n    amount: 2\n").checked(Outer)
    first, second = caught.value.each
    assert (first.place.line, first.place.field) == (3, "parts[0].amount")
    assert str(second) == "a.yaml:4, field parts[1].lable: 'lable' is not known here. Did you mean 'label'?"


def test_a_missing_field_is_told_where_it_should_stand() -> None:
    with pytest.raises(Problem, match=r"a\.yaml:2, field parts\[0\]\.amount: 'amount' is missing\."):
        read("name: x\nparts: [{label: y}]\n").checked(Outer)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "a.yaml:2, field a: The key 'a' stands twice. Keep one of them."),
        ("a: &x 1\nb: *x\n", "a.yaml:1, field b: An alias (*name) repeats another part. Write the part out."),
        ("a: [1\n", "a.yaml:2: It is no YAML: did not find expected ',' or ']'."),
        ("? [a]\n: 1\n", "a.yaml:1: A key is not a plain word."),
        ("[" * 5000, "a.yaml:1: It is nested deeper than 50 levels."),
    ],
)
def test_what_is_no_document_is_refused_by_line(text: str, said: str) -> None:
    with pytest.raises(Problem) as caught:
        read(text)
    assert str(caught.value) == said


def test_text_in_another_encoding_is_refused_with_its_line() -> None:
    with pytest.raises(Problem, match=r"a\.yaml:2: It is not UTF-8 text\. Save it as UTF-8\."):
        parse("a: 1\nb: ž".encode("cp1250"), file="a.yaml")


def test_the_nearest_known_name_is_guessed_or_all_are_named() -> None:
    assert nearest("amuont", {"amount", "rate"}) == "Did you mean 'amount'?"
    assert nearest("zzz", {"amount", "rate"}) == "Known: amount, rate."


def test_a_folder_is_no_document(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"It is a folder\. Name a file in it\.") as raised:
        document.read(tmp_path)
    assert not isinstance(raised.value, EnvironmentProblem), "the disk has not failed"
