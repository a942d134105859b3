"""Every text that the product complains with has its Chinese, and is found again in what was made from it."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from string import Formatter

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from meritlog.complaints import chinese, chinese_of
from schemas.payloads import TYPES
from schemas.problems import Place, Problem, Problems
from tests.command_line import ROOT
from tests.complaining import Source, Told

PACKAGES = ("schemas", "engine", "projections", "replay", "meritlog")
WHOLLY = {
    "engine/log/recovery.py": ("recover", "_adopt"),
    "engine/log/verify.py": ("_foreign",),
    "replay/cases.py": ("disagreements", "unfound", "_of_manager"),
    "replay/trial.py": ("_failures", "_admitted"),
}
"""Functions that make texts for a user which are no problems: what was mended, findings of verify and of cases."""
SAID_TO_NOBODY = frozenset(
    {
        "leaf {} is not among {}",  # a proof asked for with wrong numbers: a defect, not an input
        "a tree of {} leaves is no prefix of one of {}",
        "%Y %y %m %d %-m %-d %H %M %S %f %z",  # the same in every language
        "({}, line {})",  # where a defect happened
    }
)
PASSED_ON = {
    "engine/plan/check/units.py": {"what", "remedy"},
    "engine/plan/check/unreachable.py": {"what", "remedy"},
    "engine/sources/files.py": {"str(damage)", "self._line", "self._rest"},
    "engine/sources/mapped.py": {"what[:1].upper() + what[1:] + ('' if what.endswith(('?', '.')) else '.')"},
    "engine/sources/parquet.py": {
        "nearest(absent[0], set(names)) + ' Or say with --mapping how its rows become events.'"
    },
    "engine/sources/rows.py": {"name", "str(error)"},
    "engine/sources/values.py": {"literal", "None", "fields[place]"},
    "engine/stream/reading.py": {"failure"},
    "meritlog/cli/failures.py": {"failure.strerror", "str(failure)", "type(failure).__name__"},
    "meritlog/web/hub.py": {"failure", "' '.join((found.text['en'] for found in self.state.findings))"},
    "meritlog/web/refusals.py": {"status.description", "status.phrase"},
    "meritlog/web/verifying.py": {"damage", "failure"},
    "replay/cases.py": {"str(problem)"},
    "replay/live.py": {"self.position"},
    "schemas/codec.py": {"column.name"},
    "schemas/document.py": {
        "error['msg'].removeprefix('Value error, ')",
        "getattr(context.get('error'), 'remedy', '')",
    },
    "schemas/payloads/staffing.py": {"name"},
    "schemas/plan.py": {"str(problem)"},
    "schemas/reading.py": {"None", "matches[0]"},
}
"""What cannot be followed in the source, as it is another complaint's text, another library's, a value or a name."""
FACTORY = "EnvironmentProblem("
"""A function that gives a whole problem, whose texts are found where it is made."""


@cache
def catalogue() -> dict[str, str]:
    text = resources.files("meritlog").joinpath("complaints.zh.yaml").read_text(encoding="utf-8")
    return {str(english): str(told) for english, told in yaml.safe_load(text).items()}


def shape(template: str) -> str:
    """A template without the names of its places: ``There is no plan {!r}.``"""
    pieces = Formatter().parse(template.strip())
    return "".join(text + ("" if name is None else "{!r}" if how == "r" else "{}") for text, name, _, how in pieces)


def is_text(template: str) -> bool:
    """Whether a template says something; a single word is a name."""
    words = "".join(f"{text}{'' if name is None else 'x'}" for text, name, _, _ in Formatter().parse(template.strip()))
    spelled_out = "".join(text for text, *_ in Formatter().parse(template))
    return any(map(str.isalpha, spelled_out)) and (" " in words or words.endswith((".", "?", "!")))


def untranslated(source: Source) -> list[str]:
    known = {shape(english) for english in catalogue()} | SAID_TO_NOBODY
    lacking = {
        f"{told.file}:{told.line}: {told.template}"
        for told in source.complaints()
        if told.template is not None and is_text(told.template) and shape(told.template) not in known
    }
    return sorted(lacking)


def unfollowed(source: Source) -> list[Told]:
    return [
        told
        for told in source.complaints()
        if told.template is None
        and told.source not in PASSED_ON.get(told.file, ())
        and not told.source.startswith(FACTORY)
    ]


@cache
def product() -> Source:
    return Source.of(ROOT, PACKAGES, WHOLLY)


def test_every_complaint_has_its_chinese() -> None:
    assert untranslated(product()) == []


def test_every_complaint_can_be_followed_to_its_text() -> None:
    assert unfollowed(product()) == []


PLANTED = """
LATE = "It comes too late."

class Broken(Problem):
    pass

def refused(what):
    raise Broken(what, remedy=LATE if what else _hint(what))

def _hint(name):
    guess = f"Perhaps {name!r} is meant."
    return guess

def work(count):
    refused(f"There are {count} wolves {'in the forest' if count else 'at the door'}.")
    raise ValueError(dream(count))
"""


def test_a_complaint_without_chinese_is_seen_through_names_helpers_and_conditions() -> None:
    source = Source({"planted.py": PLANTED})
    assert untranslated(source) == [
        "planted.py:11: Perhaps {name!r} is meant.",
        "planted.py:15: There are {count} wolves {value}.",
        "planted.py:15: at the door",
        "planted.py:15: in the forest",
        "planted.py:2: It comes too late.",
    ]
    assert [(told.line, told.source) for told in unfollowed(source)] == [(16, "dream(count)")]


ELSEWHERE = {
    "far/__init__.py": "from far.inner import hint as reexported",
    "far/inner.py": """
AGAIN = "Come again."

def hint(name):
    return f"Perhaps {name!r} is meant."

class Quiet:
    def told(self):
        return "Nobody hears this."
""",
    "near.py": """
from far import reexported
from far.inner import AGAIN
from far import inner as within

def hint(name):
    return "This is another one's hint."

class Loud:
    def told(self):
        return "Everybody hears this."

    def work(self):
        if self:
            raise Problem(self.told(), remedy=AGAIN)

class Louder(Loud):
    def told(self):
        return "They hear it next door."

class Working(Loud):
    def go_on(self):
        raise Problem(reexported("x"), remedy=within.hint("y"))
""",
}


def test_a_name_means_what_was_imported_and_no_other_of_the_same_name() -> None:
    source = Source(ELSEWHERE)
    assert untranslated(source) == [
        "far/inner.py:2: Come again.",
        "far/inner.py:5: Perhaps {name!r} is meant.",
        "near.py:11: Everybody hears this.",
        "near.py:19: They hear it next door.",
    ]
    assert unfollowed(source) == []


def test_the_source_is_read_to_hundreds_of_complaints() -> None:
    """So that a reader that sees nothing any more is seen."""
    texts = {told.template for told in product().complaints() if told.template and is_text(told.template)}
    assert len(texts) > 500
    assert {"There is no plan {name!r}.", "takes the mean of", "{name!r} has none"} <= texts


def test_what_is_required_of_an_event_is_described_in_chinese() -> None:
    for payload in TYPES.values():
        for name, field in payload.model.model_fields.items():
            if field.is_required():
                assert field.description is not None, name
                assert chinese(field.description) != field.description


def test_the_chinese_fills_in_what_the_english_does() -> None:
    for english, told in catalogue().items():
        given = [name for _, name, _, _ in Formatter().parse(english) if name is not None]
        used = {name for _, name, _, _ in Formatter().parse(told) if name is not None}
        assert len(given) == len(set(given)), english
        assert used <= set(given), english
        assert used == set(given) or english in SAID_WITHOUT, english


SAID_WITHOUT = frozenset(
    {
        "The row has {fields} {value}, not {width}.",  # Chinese knows no plural
        "Input should be a valid date or datetime, {why}",
        "Input should be a valid date in the format YYYY-MM-DD, {why}",
    }
)


def test_a_sentence_that_ends_in_english_ends_in_chinese() -> None:
    for english, told in catalogue().items():
        if english.endswith(".") and not english.endswith("{reasons}"):
            assert told.endswith(("。", "…")), english
        if re.search(r"[a-z]$", english):
            assert not told.endswith("。"), english


@pytest.mark.parametrize(
    ("english", "told"),
    [
        ("'2025Q5' is no period.", "“2025Q5”不是期间。"),
        ("An object is no event.", "对象不是事件。"),
        ("There is no table 'amount'. Did you mean 'money'?", "没有“amount”这个对照表。是否应为“money”？"),
        ('balance.changed has no field "amuont".', "balance.changed 没有字段“amuont”。"),
        ("Did you mean amount?", "是否应为 amount？"),
        ("Did you mean CNY? Write three capital letters such as CNY.", "是否应为 CNY？请写三个大写字母，例如 CNY。"),
        ("'n + d' adds a count and product-days.", "“n + d”把笔数与积数相加。"),
        (
            "log/tail.log: The file is missing. "
            "Restore the file from a copy; `meritlog verify` names all that is damaged.",
            "log/tail.log：文件不存在。请用备份恢复该文件；meritlog verify 会列出所有损坏之处。",
        ),
        ("2025Q1: field through: The file is empty.", "2025Q1：字段 through：文件是空的。"),
        ("Nobody has translated this. It stays.", "Nobody has translated this. It stays."),
        ("", ""),
    ],
)
def test_a_text_is_told_by_the_template_that_it_was_made_from(english: str, told: str) -> None:
    assert chinese(english) == told


def test_a_problem_is_told_with_its_place() -> None:
    problem = Problem("The line is empty.", place=Place("a.jsonl", 7, "data.on", "E-1"), remedy="Take it out.")
    assert chinese_of(problem) == "a.jsonl:7，事件 E-1，字段 data.on：此行是空的。请将其移走。"
    option = Problem("Leave one out.", place=Place(line=3, field="--watch"))
    assert chinese_of(option) == "第 3 行，选项 --watch：请去掉其中一个。"
    assert (
        chinese_of(Problem("Nobody knows.", place=Place(field="PLAN"), remedy="Ask."))
        == "参数 PLAN：Nobody knows. Ask."
    )
    assert chinese_of(Problems([problem, option])).count("\n") == 1


class Filled(Formatter):
    """Fills in as the code does: what is to stand in quotation marks in them, a digit where digits are wanted."""

    def convert_field(self, value: object, conversion: str | None) -> object:
        return repr(value) if conversion else value

    def format_field(self, value: object, format_spec: str) -> str:
        return "7" if format_spec == "d" else str(value)


@pytest.mark.parametrize("value", ["A-1", "loan.mortgage", "张三", "2025/01/02"])
def test_no_template_takes_what_another_made(value: str) -> None:
    wrong = []
    for english, told in catalogue().items():
        names = [name for _, name, _, _ in Formatter().parse(english) if name is not None]
        kinds = {name: kind for _, name, kind, _ in Formatter().parse(english) if name is not None}
        text = Filled().vformat(english, (), dict.fromkeys(names, value))
        plain = Filled().vformat(
            told.replace(":、", ""), (), {name: "7" if kinds[name] == "d" else value for name in names}
        )
        if re.sub("[、, “”]", "", chinese(text)) != re.sub("[、, “”]", "", plain):
            wrong.append((text, chinese(text)))
    assert wrong == []


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_whatever_a_user_wrote_can_be_told(data: st.DataObject) -> None:
    english = data.draw(st.sampled_from(sorted(catalogue())))
    value = data.draw(st.text(max_size=30) | st.sampled_from(["\\x", "'", '"', "a. b. c. d", "{}", ": : ", "\0"]))
    names = [name for _, name, _, _ in Formatter().parse(english) if name is not None]
    text = Filled().vformat(english, (), dict.fromkeys(names, value))
    assert chinese(text)
    assert chinese(f"Invalid value for '{value}': {text}")
    assert chinese(value + text) is not None
