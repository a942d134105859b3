"""The words a person reads, in English and Chinese.

The English text is the key: ``words("Rank")`` is "Rank" or "排名". What the Chinese catalogue lacks is said in English,
and a test keeps the catalogue complete, so that a new text without its Chinese turns the suite red.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise

import yaml

from meritlog.complaints import chinese, chinese_of
from schemas.problems import Problem


class Language(StrEnum):
    """The languages in which meritlog speaks."""

    EN = "en"
    ZH = "zh"


class Words:
    """The texts of one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.catalogue: Mapping[str, str] = _chinese() if language is Language.ZH else {}

    def __call__(self, english: str, /, **values: object) -> str:
        """The text that ``english`` stands for, its ``{placeholders}`` filled in with ``values``."""
        text = self.catalogue.get(english, english)
        return text.format(**values) if values else text

    @property
    def colon(self) -> str:
        """What stands between a heading and what it announces."""
        return "：" if self.language is Language.ZH else ": "

    def told(self, english: str) -> str:
        """A text that was made below, where no language is known, such as a complaint's."""
        return chinese(english) if self.language is Language.ZH else english

    def problem(self, problem: Problem) -> str:
        """A problem: where, what is wrong, what to do; a line each where it is several."""
        return chinese_of(problem) if self.language is Language.ZH else str(problem)

    def label(self, labels: Mapping[str, str] | None, otherwise: str) -> str:
        """What a plan's ``{en, zh}`` labels call a thing in this language; ``otherwise`` where they do not say."""
        return (labels or {}).get(self.language.value) or otherwise


@cache
def _chinese() -> Mapping[str, str]:
    text = resources.files("meritlog").joinpath("words.zh.yaml").read_text(encoding="utf-8")
    return {str(english): str(chinese) for english, chinese in yaml.safe_load(text).items()}


def language_of(arguments: Sequence[str]) -> Language:
    """The language to speak: the last ``--lang`` among ``arguments``, else MERITLOG_LANG, else the locale's.

    Read ahead of the command line's own parsing, because its help is already to be in that language.
    """
    said = [
        *(after for option, after in pairwise(arguments) if option == "--lang"),
        *(argument.partition("=")[2] for argument in arguments if argument.startswith("--lang=")),
    ]
    wanted = said[-1] if said else os.environ.get("MERITLOG_LANG") or _locale()
    return Language.ZH if wanted.lower().startswith("zh") else Language.EN


def _locale() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return os.environ[variable]
    return locale.getlocale()[0] or ""
