"""One run of a command: where its log is, how it prints and in which language it speaks.

A command is a function whose first parameter is its ``Session``; ``command`` gives it the three options that every
command has (``--log``, ``--json``, ``--lang``), which may stand before the command's name, too.
"""

from __future__ import annotations

import inspect
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from meritlog.cli.failures import print_document
from meritlog.show.figures import Count
from meritlog.words import Language, Words
from schemas.problems import Place, Problem

PIPED_WIDTH = 160
DEFAULT_LOG = "meritlog-data"

LogOption = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="DIR",
        help="The folder of the log. Default: what MERITLOG_LOG says, else ./meritlog-data. "
        "Example: --log /data/branch-12",
        rich_help_panel="Common options",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option(
        "--json",
        help="Print one JSON document on standard output and nothing else there: for programs.",
        rich_help_panel="Common options",
    ),
]
LangOption = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        help="Speak English or Chinese. Default: what MERITLOG_LANG says, else the system's locale. Example: --lang zh",
        rich_help_panel="Common options",
    ),
]
_COMMON: Mapping[str, tuple[Any, Any]] = {
    "log": (LogOption, None),
    "json": (JsonOption, False),
    "lang": (LangOption, None),
}


@dataclass(frozen=True, slots=True)
class Session:
    """What every command shares: the log's folder (as given, if it is), the manner of printing and the language."""

    given_log: Path | None
    json: bool
    words: Words

    @property
    def log(self) -> Path:
        """The log's folder: ``--log``, else MERITLOG_LOG, else ./meritlog-data.

        Raises:
            Problem: a file is there.
        """
        folder = self.given_log or Path(os.environ.get("MERITLOG_LOG") or DEFAULT_LOG)
        if folder.is_file():
            raise Problem("This is a file, not a folder.", place=Place(file=str(folder)), remedy="Name a folder.")
        return folder

    @property
    def out(self) -> Console:
        """Standard output, for tables and trees; a pipe gets wide, plain lines."""
        return _console(sys.stdout.isatty(), stderr=False)

    @property
    def progress(self) -> Console:
        """Standard error, for progress and messages; a caller shows progress only where ``progress.is_terminal``."""
        return _console(sys.stderr.isatty(), stderr=True)

    @contextmanager
    def counting(self) -> Iterator[Callable[[int], None]]:
        """Show on a terminal, while it lasts, how many events something has gone through."""
        console = self.progress
        columns = (SpinnerColumn(), TextColumn("{task.description}"))
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task(self.words("Reading"), total=None)

            def counted(events: int) -> None:
                bar.update(task, description=self.words("{count:event/events}", count=Count(events)))

            yield counted

    @contextmanager
    def working(self, count: int) -> Iterator[Callable[[str], None]]:
        """Show on a terminal, while it lasts, which of ``count`` pieces of work is being done."""
        console = self.progress
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
            task = bar.add_task("", total=count, completed=-1)

            def working(what: str) -> None:
                bar.update(task, description=what, advance=1)

            yield working

    def document(self, document: object) -> None:
        """Print the one JSON document that ``--json`` promises: a mapping, a msgspec struct, or finished bytes."""
        print_document(document if isinstance(document, bytes) else msgspec.json.encode(document))

    def tell(
        self,
        document: msgspec.Struct,
        out: Path | None,
        write: Callable[[Path], None],
        shown: Callable[[], Iterable[RenderableType]],
    ) -> None:
        """Write a document to ``out``, if that is asked for, and print it for programs or show it to a person."""
        if out is not None:
            write(out)
        if self.json:
            self.document(document)
        elif out is not None:
            self.say("Written: {file}", file=out)
        else:
            self.print(*shown())

    def print(self, *renderables: RenderableType) -> None:
        """Show something to a person: tables, trees, text."""
        out = self.out
        for each in renderables:
            out.print(each, soft_wrap=isinstance(each, Text))

    def warn(self, notes: Iterable[str]) -> None:
        """Tell on standard error what a writer found half done after a crash, and mended."""
        for note in notes:
            self.progress.print(self.words.told(note), soft_wrap=True)

    def say(self, english: str, /, **values: object) -> None:
        """Show one sentence in the session's language."""
        self.out.print(self.words(english, **values), soft_wrap=True)


def _console(terminal: bool, *, stderr: bool) -> Console:
    # Ids are other people's text: neither markup, emoji codes nor guesses at numbers are to change how they look.
    return Console(stderr=stderr, width=None if terminal else PIPED_WIDTH, markup=False, highlight=False, emoji=False)


def command(function: Callable[..., None]) -> Callable[..., None]:
    """``function`` as Typer takes it: instead of the session it has the three common options."""
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]

    @wraps(function)
    def run(context: typer.Context, **given: Any) -> None:
        common = {name: given.pop(name) for name in _COMMON}
        function(_session(context, **common), **given)

    parameters = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *(parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own),
        *(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
            for name, (annotation, default) in _COMMON.items()
        ),
    ]
    run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined] # PEP 362 allows it
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    del run.__wrapped__
    return run


def before_command(
    context: typer.Context, log: LogOption = None, json: JsonOption = False, lang: LangOption = None
) -> None:
    """The common options before a command's name or a group's: what stands further behind goes first."""
    context.obj = _session(context, log=log, json=json, lang=lang)


def at_root(
    context: typer.Context,
    log: LogOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
    version: Annotated[bool, typer.Option("--version", help="Show the version and exit.", show_default=False)] = False,
) -> None:
    """The common options before a command's name, and the version, which needs no command."""
    before_command(context, log, json, lang)
    if version:
        told = {"version": metadata.version("meritlog"), "python": platform.python_version()}
        if context.obj.json:
            context.obj.document(told)
        else:
            context.obj.print(Text(f"meritlog {told['version']} (Python {told['python']})"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.fail("Missing command.")


def _session(context: typer.Context, *, log: Path | None, json: bool, lang: Language | None) -> Session:
    session: Session = context.obj or first_session(Language.EN)
    return replace(
        session,
        given_log=log if log is not None else session.given_log,
        json=json or session.json,
        words=Words(lang) if lang is not None else session.words,
    )


def first_session(language: Language) -> Session:
    """What holds before any option is read."""
    return Session(None, json=False, words=Words(language))
