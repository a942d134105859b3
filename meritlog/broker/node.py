"""One broker of one folder: started in the background, found again by any later process, stopped.

The folder holds ``server.properties``, ``broker.log``, ``broker.json`` (which process runs it) and the data: ``data``
is kept from run to run, ``throw-away`` lasts as long as its run.
"""

from __future__ import annotations

import fcntl
import os
import random
import re
import shutil
import socket
import subprocess
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from uuid import uuid4

import msgspec

from meritlog.broker.distribution import EXTRA_MISSING, Distribution, distribution
from meritlog.broker.properties import HOST, server_properties
from meritlog.broker.questions import cluster_at
from schemas.problems import EnvironmentProblem, Place

DEFAULT_PORT = 9092
SECONDS_TO_START = 60
SECONDS_TO_STOP = 20
# Below the ports that systems give to outgoing connections, any of which could take one between the look and the start.
FREE_PORTS = range(20_000, 32_000)
BROKER_OPTIONS = ("-Xmx512m", "-XX:+UseSerialGC", "-Djava.awt.headless=true")
TOOL_OPTIONS = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# As Java prints it: the exception's class, then its message.
_EXCEPTION = re.compile(r"(Exception in thread .* )?[\w.$]+(Exception|Error): ")


class Running(msgspec.Struct, frozen=True):
    """A broker's process: where it answers, what it is called with, whether its data outlives it."""

    pid: int
    port: int
    kept: bool

    @property
    def address(self) -> str:
        """HOST:PORT, as clients name it."""
        return f"{HOST}:{self.port}"


def default_home() -> Path:
    """Where the broker of this user lives, if nothing else is said (XDG base directories)."""
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "meritlog" / "broker"


class Node:
    """The broker of a folder, running or not."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = (home or default_home()).resolve()
        self.log_file = self.home / "broker.log"
        self._properties = self.home / "server.properties"
        self._record = self.home / "broker.json"

    def data(self, *, kept: bool) -> Path:
        """The folder of the messages."""
        return self.home / ("data" if kept else "throw-away")

    def running(self) -> Running | None:
        """The process that runs this broker, if one does.

        Raises:
            EnvironmentProblem: the extra is not installed.
        """
        psutil = _processes()
        try:
            found = msgspec.json.decode(self._record.read_bytes(), type=Running)
            # The number of a dead process may be another's by now.
            ours = str(self._properties) in psutil.Process(found.pid).cmdline()
        except (FileNotFoundError, msgspec.DecodeError, psutil.Error):
            return None
        return found if ours else None

    def up(
        self,
        port: int | None = None,
        *,
        kept: bool = True,
        properties: Mapping[str, str] | None = None,
        fetching: Callable[[], None] = lambda: None,
    ) -> Running:
        """Start the broker, unless it runs already, and wait until it answers.

        Args:
            port: where clients find it, 9092 if nothing is said; 0 takes a free one.
            kept: whether the data outlive the run.
            properties: further lines of server.properties, which stand before ours.
            fetching: called before Kafka's jars are fetched, which takes a while, once.

        Raises:
            EnvironmentProblem: it cannot start, or another port or kind of data was asked for while it runs.
        """
        with self._alone():
            found = self.running()
            if found is not None:
                return self._as_wanted(found, port, kept)
            with_what = distribution(fetching)
            chosen = free_port() if port == 0 else _checked(port or DEFAULT_PORT)
            return self._started(with_what, Running(0, chosen, kept), properties or {})

    def down(self) -> Running | None:
        """Stop the broker and throw away what was not to be kept; what ran, if anything did."""
        with self._alone():
            found = self.running()
            if found is not None:
                self._stop(found.pid)
            self._forget()
            return found

    def _as_wanted(self, found: Running, port: int | None, kept: bool) -> Running:
        if port not in (None, 0, found.port) or kept != found.kept:
            raise EnvironmentProblem(
                f"A broker with {'kept' if found.kept else 'throw-away'} data runs here already, at {found.address}.",
                place=Place(file=str(self.home)),
                remedy="Use that one, stop it first (meritlog broker down), or start another with --data DIR.",
            )
        return found

    def _started(self, with_what: Distribution, wanted: Running, further: Mapping[str, str]) -> Running:
        data = self.data(kept=wanted.kept)
        shutil.rmtree(self.data(kept=False), ignore_errors=True)
        self._properties.write_text(server_properties(data, wanted.port, free_port(), further), encoding="utf-8")
        with self.log_file.open("ab") as log:
            told_before = log.tell()
            cluster = self._formatted(with_what, data, log.fileno())
            command = with_what.command("kafka.Kafka", [str(self._properties)], BROKER_OPTIONS)
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd=self.home
            )
        started = Running(process.pid, wanted.port, wanted.kept)
        self._record.write_bytes(msgspec.json.encode(started))
        try:
            self._answering(process, started, cluster, told_before)
        except BaseException:
            process.kill()
            process.wait()
            self._forget()
            raise
        return started

    def _formatted(self, with_what: Distribution, data: Path, log: int) -> str:
        """Make the data folder a node's, unless it is; its cluster's id."""
        known = data / "meta.properties"
        if not known.is_file():
            cluster = urlsafe_b64encode(uuid4().bytes).decode().rstrip("=")
            arguments = ["format", f"--cluster-id={cluster}", f"--config={self._properties}"]
            command = with_what.command("kafka.tools.StorageTool", arguments, TOOL_OPTIONS)
            if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False).returncode != 0:
                raise self._failed("Kafka could not make its data folder.", 0)
        lines = known.read_text(encoding="utf-8").splitlines()
        return next(line.removeprefix("cluster.id=") for line in lines if line.startswith("cluster.id="))

    def _answering(self, process: subprocess.Popen[bytes], started: Running, cluster: str, told_before: int) -> None:
        """Wait until this very broker answers."""
        deadline = time.monotonic() + SECONDS_TO_START
        while cluster_at(started.address) != cluster:
            if process.poll() is not None:
                raise self._failed(f"Kafka ended with code {process.returncode} before it answered.", told_before)
            if time.monotonic() > deadline:
                raise self._failed(f"Kafka did not answer within {SECONDS_TO_START} seconds.", told_before)
            time.sleep(0.05)

    def _failed(self, what: str, told_before: int) -> EnvironmentProblem:
        """The problem of a broker that does not start, with what it said last."""
        with self.log_file.open("rb") as log:
            log.seek(told_before)
            said = [line.strip() for line in log.read().decode(errors="replace").splitlines()]
        causes = [line.removeprefix("Caused by: ") for line in said if line.startswith("Caused by: ")]
        reasons = causes[-1:] or [line for line in said if _EXCEPTION.match(line)] or said[-1:]
        return EnvironmentProblem(
            f"{what} It said: {reasons[0]}" if reasons else what,
            place=Place(file=str(self.log_file)),
            remedy="The log file has the rest. Another port (--port 0) or folder (--data DIR) may do.",
        )

    def _stop(self, pid: int) -> None:
        psutil = _processes()
        try:
            process = psutil.Process(pid)
            process.terminate()
            try:
                process.wait(SECONDS_TO_STOP)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait()
        except psutil.NoSuchProcess:
            pass

    def _forget(self) -> None:
        self._record.unlink(missing_ok=True)
        shutil.rmtree(self.data(kept=False), ignore_errors=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One command at a time starts or stops the broker of a folder; others wait for it."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _processes() -> ModuleType:
    try:
        import psutil
    except ImportError:
        raise EXTRA_MISSING from None
    return psutil


def _checked(port: int) -> int:
    """``port``, if nobody has it.

    Raises:
        EnvironmentProblem: somebody does.
    """
    if not _is_free(port):
        raise EnvironmentProblem(
            f"Port {port} of this machine is in use.",
            place=Place(field="--port"),
            remedy="Stop what listens there, or take another: --port 0 finds a free one.",
        )
    return port


def free_port() -> int:
    """A port of this machine that nobody has."""
    return next(port for port in random.sample(FREE_PORTS, len(FREE_PORTS)) if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
