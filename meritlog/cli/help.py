"""Help: what the commands say of themselves, in the reader's language.

Typer has no language of its own to choose and lets Rich cut what is too wide for its column. Chinese has no blanks to
break a line at, so whole sentences would be cut: here they are folded.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, ClassVar

import typer
from rich.text import Text
from typer import rich_utils

from meritlog.words import Language, Words

USAGE = "Usage: "
OPTIONS = "[OPTIONS]"


def documented(function: Callable[..., None]) -> tuple[str, str]:
    """What a command's docstring says, and its examples: the lines that begin with a prompt."""
    lines = inspect.cleandoc(function.__doc__ or "").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("$ ")).strip()
    examples = [line for line in lines if line.startswith("$ ")]
    return text, "\n\n".join(examples)


def translate(built: Any, words: Words) -> None:
    """Let a command and all below it say every text of their help in the language of ``words``."""
    rich_utils.highlighter = _Folded()
    rich_utils.REQUIRED_LONG_STRING = words("[required]")
    rich_utils.DEFAULT_STRING = words("[default: {}]")
    _translate_command(built, words)


class _Folded(rich_utils.OptionHighlighter):
    """Typer's highlighting; a text that is wider than its column goes on in the next line, whole."""

    highlights: ClassVar = [
        *rich_utils.OptionHighlighter.highlights,
        *(f"(?P<usage>{Words(language)(USAGE)})" for language in Language),
    ]

    def __call__(self, text: str | Text) -> Text:
        highlighted = super().__call__(text)
        highlighted.overflow = "fold"
        return highlighted


def _translate_command(built: Any, words: Words) -> None:
    """A paragraph is one text."""
    for field in ("help", "short_help", "rich_help_panel"):
        text = getattr(built, field, None)
        if isinstance(text, str):
            setattr(built, field, "\n\n".join(words(" ".join(part.split())) for part in text.split("\n\n")))
    usage, built.options_metavar = built.get_usage, words(OPTIONS)
    built.get_usage = lambda context: usage(context).replace(USAGE, words(USAGE), 1)
    asking_for_help = built.get_help_option(typer.Context(built))
    for part in (asking_for_help, *built.params, *getattr(built, "commands", {}).values()):
        _translate_command(part, words) if hasattr(part, "params") else _translate_option(part, words)


def _translate_option(option: Any, words: Words) -> None:
    option.help = words(option.help) if option.help else option.help
    heading = "Arguments" if option.param_type_name == "argument" else "Options"
    option.rich_help_panel = words(getattr(option, "rich_help_panel", None) or heading)
