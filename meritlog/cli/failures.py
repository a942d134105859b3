"""The one place that turns a failure into a message and an exit code (contract §3).

A user's mistake is one clear message on standard error; with ``--json`` standard output carries it as
``{"error": {"message", "file", "line", "field", "event_id", "remedy"}}``, so that it stays one JSON document. Of
several problems of one input that is the first, and ``all`` holds them all.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from enum import IntEnum
from typing import Any

import msgspec
import typer

from meritlog.words import Words
from schemas.problems import NOWHERE, EnvironmentProblem, Place, Problem, Problems


class Exit(IntEnum):
    """The exit codes: the contract's four, and those of what no command decides."""

    DONE = 0
    CHECK_FAILED = 1
    BAD_INPUT = 2
    ENVIRONMENT = 3
    DEFECT = 70  # a defect of meritlog itself (EX_SOFTWARE)
    INTERRUPTED = 130  # Ctrl-C, as shells count it
    READER_LEFT = 141  # the reader of our output went away, as for every command of a pipe


def answered(run: Callable[[], object], *, json: bool, words: Words) -> int:
    """Run a command to its exit code; whatever goes wrong becomes a message, never a traceback."""
    try:
        code = run()
        sys.stdout.flush()
        if code == Exit.INTERRUPTED:  # of Ctrl-C inside a command Typer makes an exit code
            return _interrupted(words)
        return code if isinstance(code, int) else Exit.DONE
    except BrokenPipeError:
        # Python would complain once more when it flushes standard output at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.READER_LEFT
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(words)
    except EnvironmentProblem as problem:
        return _told(problem, Exit.ENVIRONMENT, json, words)
    except Problem as problem:
        return _told(problem, Exit.BAD_INPUT, json, words)
    except typer.TyperException as mistake:
        if not mistake.format_message():  # No command at all: the help has been shown instead.
            return Exit.BAD_INPUT
        return _told(_usage(mistake), Exit.BAD_INPUT, json, words)
    except (OSError, MemoryError) as failure:
        return _told(_surroundings(failure), Exit.ENVIRONMENT, json, words)
    except Exception as defect:
        return _told(problem_of(defect), Exit.DEFECT, json, words)


def complain(problem: Problem, words: Words, about: str = "") -> None:
    """Say on standard error what is wrong, and of what; a line each where it is several problems."""
    for one in problem.each if isinstance(problem, Problems) else (problem,):
        print(f"{words('error')}{words.colon}{about}{words.problem(one)}", file=sys.stderr)


def _interrupted(words: Words) -> Exit:
    print(words("Interrupted. What was acknowledged stays."), file=sys.stderr)
    return Exit.INTERRUPTED


def _told(problem: Problem, code: Exit, json: bool, words: Words) -> Exit:
    complain(problem, words)
    if json:
        document = as_document(problem)
        if isinstance(problem, Problems):
            document["all"] = [as_document(each) for each in problem.each]
        print_document(msgspec.json.encode({"error": document}))
    return code


def print_document(encoded: bytes) -> None:
    """The one JSON document of standard output, in UTF-8 whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(encoded.rstrip(b"\n") + b"\n")
    sys.stdout.buffer.flush()


def as_document(problem: Problem) -> dict[str, Any]:
    """A problem's fields for programs; absent ones are null."""
    place = problem.place
    return {
        "message": problem.what,
        "file": place.file,
        "line": place.line,
        "field": place.field,
        "event_id": place.event_id,
        "remedy": problem.remedy or None,
    }


def _usage(mistake: typer.TyperException) -> Problem:
    context = getattr(mistake, "ctx", None)
    path = context.command_path if context is not None else "meritlog"
    end = "?" if mistake.format_message().endswith("?") else "."
    return Problem(f"{mistake.format_message().rstrip('.?')}{end}", remedy=f"See: {path} --help")


def _surroundings(failure: OSError | MemoryError) -> Problem:
    if isinstance(failure, MemoryError):
        return Problem("The memory is not enough.", remedy="Free some, or settle a shorter period.")
    place = Place(file=str(failure.filename)) if failure.filename else NOWHERE
    return Problem(failure.strerror or str(failure) or type(failure).__name__, place=place)


def problem_of(failure: Exception) -> Problem:
    """A problem itself; of any other failure that it is a defect of ours, and where, if that is asked for."""
    if isinstance(failure, Problem):
        return failure
    if os.environ.get("MERITLOG_TRACEBACK"):
        traceback.print_exception(failure)
    return Problem(
        f"This is a defect of meritlog: {type(failure).__name__}: {failure}",
        remedy="The log is as it was. Set MERITLOG_TRACEBACK=1 to see where it happened, and report it.",
    )
