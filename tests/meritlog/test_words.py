from __future__ import annotations

from string import Formatter

import pytest

from meritlog.show.figures import Count
from meritlog.words import Language, Words, language_of


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["settle", "--lang", "zh"], {}, Language.ZH),
        (["--lang=zh", "settle"], {}, Language.ZH),
        (["settle", "--lang", "en"], {"LANG": "zh_CN.UTF-8"}, Language.EN),
        (["settle"], {"LANG": "zh_CN.UTF-8"}, Language.ZH),
        (["settle"], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, Language.EN),
        (["settle"], {"MERITLOG_LANG": "zh", "LANG": "en_GB.UTF-8"}, Language.ZH),
        (["settle", "--lang"], {"LANG": "de_DE.UTF-8"}, Language.EN),
    ],
)
def test_the_language_is_what_was_said_else_the_locales(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str], language: Language
) -> None:
    for variable in ("MERITLOG_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert language_of(arguments) is language


def test_a_text_without_its_chinese_is_said_in_english() -> None:
    assert Words(Language.ZH)("Nobody has translated {this}.", this="this") == "Nobody has translated this."


def test_a_label_of_a_plan_is_taken_in_the_readers_language() -> None:
    labels = {"en": "Loan spread", "zh": "贷款利差"}
    assert Words(Language.ZH).label(labels, "loan_spread") == "贷款利差"
    assert Words(Language.EN).label(labels, "loan_spread") == "Loan spread"
    assert Words(Language.ZH).label(None, "loan_spread") == "loan_spread"


def test_the_chinese_texts_have_the_placeholders_of_the_english_ones() -> None:
    words = Words(Language.ZH)
    for english, chinese in words.catalogue.items():
        assert placeholders(english) == placeholders(chinese), english


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@pytest.mark.parametrize(
    ("count", "english", "chinese"),
    [
        (0, "The log holds 0 events, head h.", "日志共 0 个事件，日志头 h。"),
        (1, "The log holds 1 event, head h.", "日志共 1 个事件，日志头 h。"),
        (68_305, "The log holds 68,305 events, head h.", "日志共 68,305 个事件，日志头 h。"),
    ],
)
def test_a_count_brings_its_noun_in_the_number_that_it_needs(count: int, english: str, chinese: str) -> None:
    text = "The log holds {position:event/events}, head {head}."
    assert Words(Language.EN)(text, position=Count(count), head="h") == english
    assert Words(Language.ZH)(text, position=Count(count), head="h") == chinese
