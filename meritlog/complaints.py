"""Complaints in Chinese: what the layers below say in English is said again at the face.

A problem travels as English text through layers that know no language: the codec, the log's ``rejected/``, Kafka
headers, a subprocess's JSON. Where it is shown, the template that its text was made from is looked for in
``complaints.zh.yaml``, whose keys are the English texts as the code makes them, and the Chinese one is filled in with
what stood between. Parts that are texts of the catalogue themselves (a noun, a kind, another complaint) are translated
in their places. A text without a template stays English; a test holds the catalogue against the source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from string import Formatter

import yaml

from schemas.problems import Place, Problem, Problems

_QUOTED = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_NAME = re.compile(r"[\w.:/-]*")
_NOUN = "(.*?)(?:)"
_KINDS = {"": "(.*?)", "d": r"(\d+)", "w": r"(\S+?)", "n": _NOUN}
"""What may stand in a place, by what follows its name in a key: anything, ``{most:d}`` digits, ``{name:w}`` a word.

A single word is a name, and stays; only ``{kind:n}`` is a noun of the catalogue.
"""
_SPACE = re.compile(r"(?<=[\u2018-\u201d\u3000-\u9fff\uff00-\uffef]) (?=[\u2018-\u201d\u3000-\u9fff\uff00-\uffef])")
_ENDS = ("。", "？", "！", "…")


@dataclass(frozen=True)
class _Template:
    """An English text in pieces, what is filled in between them, and the Chinese one."""

    literals: tuple[str, ...]
    names: tuple[str, ...]
    patterns: tuple[str, ...]
    chinese: str

    def values(self, text: str) -> Mapping[str, str] | None:
        """What ``text`` has in the places of the names; None where it was not made from this template."""
        first, last = self.literals[0], self.literals[-1]
        text = _core(text) if first else text.removesuffix(".")
        if not (text.startswith(first) and text.endswith(last) and all(literal in text for literal in self.literals)):
            return None
        found = _pattern(self).fullmatch(text)
        if found is None:
            return None
        read = {}
        for name, pattern, value in zip(self.names, self.patterns, found.groups(), strict=True):
            is_name = pattern != _NOUN and _NAME.fullmatch(value)
            read[name] = _unquoted(value) if pattern == _QUOTED else value if is_name else chinese(value.strip())
        return read


class _Joining(Formatter):
    """Fills in; ``{names:、}`` joins by that mark what commas, or the word "or", join in English."""

    def format_field(self, value: object, format_spec: str) -> str:
        if not format_spec:
            return str(value)
        return format_spec.join(re.sub("^'(.*)'$", r"“\1”", part) for part in re.split(", | or ", str(value)))


def chinese(text: str) -> str:
    """``text`` in Chinese, line by line, as far as the catalogue has it."""
    return "\n".join(map(_line, text.split("\n")))


@lru_cache(maxsize=4096)
def _line(text: str) -> str:
    told = _sentences(text, wholly=True) or _whole(text) or _sentences(text, wholly=False) or _placed(text)
    return told or text


def chinese_of(problem: Problem) -> str:
    """A problem as one Chinese sentence after another: where, what is wrong, what to do; a line each of several."""
    if isinstance(problem, Problems):
        return "\n".join(chinese_of(one) for one in problem.each)
    where, what, remedy = _where(problem.place), chinese(problem.what), chinese(problem.remedy)
    between = "。" if remedy and what.isascii() is False and not what.endswith(_ENDS) else " " if what.isascii() else ""
    return f"{where}{'：' if where else ''}{what}{between if remedy else ''}{remedy}"


def _where(place: Place) -> str:
    parts = []
    if place.file is not None:
        parts.append(place.file if place.line is None else f"{place.file}:{place.line}")
    elif place.line is not None:
        parts.append(f"第 {place.line} 行")
    if place.event_id is not None:
        parts.append(f"事件 {place.event_id}")
    if place.field is not None:
        parts.append(_field(place.field))
    return "，".join(parts)


def _field(name: str) -> str:
    """A field of a file, an option or an argument of a command, a variable of the environment."""
    if name.startswith("MERITLOG_"):
        return f"环境变量 {name}"
    kind = "选项" if name.startswith("-") else "参数" if name.isupper() else "字段"
    return f"{kind} {name}"


def _whole(text: str) -> str:
    """The Chinese text of the one template that ``text`` was made from; of several the one that says most."""
    for template in _templates():
        values = template.values(text)
        if values is not None:
            told = _SPACE.sub("", _Joining().vformat(template.chinese, (), values))
            return f"{told}。" if text.endswith(".") and not told.endswith(_ENDS) else told
    return ""


def _sentences(text: str, *, wholly: bool) -> str:
    """Several texts one after another, of which the catalogue has the first, or ``wholly`` all."""
    for end in re.finditer(r"(?<=[.?!…]) ", text):
        first, rest = _whole(text[: end.start()]), text[end.end() :]
        if first and not (wholly and _line(rest) == rest):
            return first + _line(rest)
    return ""


def _placed(text: str) -> str:
    """A text behind the place that it is about, as a problem prints itself."""
    for end in re.finditer(": ", text):
        told = chinese(text[end.end() :])
        if told != text[end.end() :]:
            return "，".join(map(_spelled, text[: end.start()].split(", "))) + "：" + told
    return ""


def _spelled(part: str) -> str:
    """A part of a place, out of its English spelling."""
    kind, _, name = part.partition(" ")
    words = {"line": f"第 {name} 行", "event": f"事件 {name}", "field": _field(name)}
    return words.get(kind, part) if name else part


def _unquoted(text: str) -> str:
    """What stands between Python's quotation marks; what cannot be seen stays escaped."""
    return re.sub(r"""\\(['"\\])""", r"\1", text[1:-1])


def _core(text: str) -> str:
    """A text without its full stop and without the capital of a sentence's beginning."""
    begins = text[:1].lower() if text[1:2].islower() or text[1:2] == " " else text[:1]
    return (begins + text[1:]).removesuffix(".")


@cache
def _templates() -> Sequence[_Template]:
    """All of the catalogue, those that say most first."""
    text = resources.files("meritlog").joinpath("complaints.zh.yaml").read_text(encoding="utf-8")
    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    read = [_read(str(english), str(told)) for english, told in yaml.load(text, loader).items()]
    return sorted(read, key=lambda one: (-sum(map(len, one.literals)), -one.patterns.count(_QUOTED), len(one.names)))


def _read(english: str, told: str) -> _Template:
    literals, names, patterns = [""], list[str](), list[str]()
    for literal, name, kind, conversion in Formatter().parse(_core(english)):
        literals[-1] += literal
        if name is not None:
            literals.append("")
            names.append(name)
            patterns.append(_QUOTED if conversion == "r" else _KINDS[kind or ""])
    return _Template(tuple(literals), tuple(names), tuple(patterns), told.removesuffix("。"))


@cache
def _pattern(template: _Template) -> re.Pattern[str]:
    begin, *literals = template.literals
    parts = (kind + re.escape(literal) for kind, literal in zip(template.patterns, literals, strict=True))
    return re.compile(re.escape(begin) + "".join(parts), re.DOTALL)
