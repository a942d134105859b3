"""What a server says to Prometheus: positions, lag, counts, the last verification, what was served and to how many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.log import Log
from meritlog.web.health import Status
from meritlog.web.service import Service
from replay.aside import SET_ASIDE
from schemas.problems import Problem

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
READ_BYTES = 1 << 20


class Metrics(Collector):
    """The figures of a service, read when they are asked for."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._rejected = RejectedLines(service.settings.log / "rejected")
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """The exposition in Prometheus' text format; it reads files, so call it in a thread."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Every figure."""
        yield from self._position()
        yield from self._counts()
        yield from self._work()
        yield from self._verified()

    def _position(self) -> Iterator[Metric]:
        state, health, lag = self._service.hub.state, self._service.health(), self._service.lag()
        up = GaugeMetricFamily("meritlog_status", "1 for the status that holds, else 0", labels=["status"])
        for status in Status:
            up.add_metric([status.value], float(health.status is status))
        yield up
        yield GaugeMetricFamily("meritlog_log_events", "Events in the log: its head position", state.head)
        yield GaugeMetricFamily("meritlog_board_events", "Events that the boards count", state.events)
        if lag.events is not None:
            yield GaugeMetricFamily("meritlog_lag_events", "Events that the boards lack", lag.events)
        if lag.seconds is not None:
            text = "How long the first event that the boards lack has waited"
            yield GaugeMetricFamily("meritlog_lag_seconds", text, lag.seconds)
        aside = sum(finding.id == SET_ASIDE for finding in state.findings)
        yield GaugeMetricFamily("meritlog_set_aside_events", "Events that the boards had to be made without", aside)

    def _counts(self) -> Iterator[Metric]:
        """What did not become an event of the log. Only a log that Kafka feeds counts its duplicates."""
        path = self._service.settings.log
        try:
            log = Log.open(path)
            intake = log.intake() if log.partitions is not None else None
        except Problem:
            return
        rejected = self._rejected.count() if intake is None else intake.rejected
        yield CounterMetricFamily("meritlog_rejected", "Events rejected, kept with their reasons", rejected)
        if intake is not None:
            yield CounterMetricFamily("meritlog_duplicates", "Duplicates, counted and ignored", intake.duplicates)

    def _work(self) -> Iterator[Metric]:
        service, state = self._service, self._service.hub.state
        yield CounterMetricFamily("meritlog_fold_seconds", "Time spent folding events", state.fold_seconds)
        yield CounterMetricFamily("meritlog_boards_made", "Boards computed", state.boards_made)
        yield CounterMetricFamily("meritlog_board_seconds", "Time spent computing boards", state.board_seconds)
        served = CounterMetricFamily("meritlog_served", "Documents and feed messages served", labels=["kind"])
        for kind, count in sorted(service.served.items()):
            served.add_metric([kind], count)
        yield served
        clients = GaugeMetricFamily("meritlog_clients", "Clients that follow a board", labels=["transport"])
        for transport in ("sse", "websocket"):
            clients.add_metric([transport], service.followers[transport])
        yield clients

    def _verified(self) -> Iterator[Metric]:
        last = self._service.verifying.last
        if last is not None:
            text = "When the log was last verified, in seconds since 1970"
            yield GaugeMetricFamily("meritlog_verified_timestamp_seconds", text, last.at.timestamp())
            yield GaugeMetricFamily("meritlog_verified_ok", "1 if the log was whole then, else 0", float(last.ok))
            yield GaugeMetricFamily("meritlog_verified_events", "Events verified then", last.events)
        checked = self._service.checked.last
        if checked is not None:
            text = "When a worker last compared boards with the log, in seconds since 1970"
            yield GaugeMetricFamily("meritlog_reconciled_timestamp_seconds", text, checked.at.timestamp())
            text = "1 if the boards were what the log gives then, else 0"
            yield GaugeMetricFamily("meritlog_reconciled_equal", text, float(not checked.findings))


class RejectedLines:
    """Counts the lines of ``rejected/``; what was counted is not read again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[int, int]] = {}

    def count(self) -> int:
        """How many rejections are kept."""
        for path in self._folder.glob("*.jsonl"):
            size, lines = self._known.get(path, (0, 0))
            with path.open("rb") as file:
                file.seek(size)
                while part := file.read(READ_BYTES):
                    size, lines = size + len(part), lines + part.count(b"\n")
            self._known[path] = size, lines
        return sum(lines for _, lines in self._known.values())
