from __future__ import annotations

import re

import pytest

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
    placeholders = re.compile(r"\{\w*\}")
    for english, chinese in words.catalogue.items():
        assert sorted(placeholders.findall(english)) == sorted(placeholders.findall(chinese)), english
