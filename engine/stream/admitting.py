"""Admitting: from messages of ``meritlog.events`` to events in the log, durable before anything else sees them.

A batch of messages is validated, deduplicated, placed and appended in one step with the offsets that it came from. So
after any stop a message counts once: either its offset is in the log, with all that it brought, or it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.admission import Candidates, admit
from engine.content import Content
from engine.ingest import contradiction
from engine.log import Log, Read, Rejection
from engine.log.writer import Writer
from engine.people import Person, remember
from engine.stream.messages import Message, line_of, place_of
from schemas.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that was not admitted, and why. ``line`` is its event as one line of JSON, where it has one."""

    message: Message
    problem: Problem
    line: bytes | None = None

    @property
    def raw(self) -> bytes:
        """What is kept of it: the line, for the attributes in its headers are lost otherwise, else its value."""
        return self.line if self.line is not None else self.message.value or b""


@dataclass(frozen=True, slots=True)
class Admitted:
    """What a batch of messages brought: what the events from position ``first`` on say, their bodies and places, and
    the refused.

    ``label`` is the log's position after them, ``offsets`` how far its topic was read, ``at`` when they were admitted.
    """

    first: int
    content: Content
    bodies: Sequence[bytes]
    places: Sequence[int]
    refused: Sequence[Refused]
    label: str
    offsets: dict[int, int]
    at: datetime


class Admitting:
    """The admission of one log: it holds the log's writer."""

    def __init__(self, log: Log, writer: Writer, topic: str, now: Callable[[], datetime]) -> None:
        self.writer = writer
        self.offsets = writer.intake.offsets
        """By partition of the topic the last offset read, or the one before the first to be read."""
        self.topic_id = writer.intake.topic
        """The id of the topic that is read, as the brokers give it; unset where they give none."""
        self._log = log
        self._topic = topic
        self._now = now

    def take(self, runs: Iterable[Sequence[Message]]) -> Admitted:
        """Admit the events of these runs of messages, each of one partition, whose offsets ascend, in all of them.

        Messages that the log has read already are passed over: nothing counts twice.

        Raises:
            EnvironmentProblem: the disk failed; what earlier batches brought is safe.
        """
        new, offsets = self._unread(runs)
        spelled = _Spelled(new, self._topic)
        found = self._admit(spelled)
        remember(self._log.path, [Person(found.event(at).data.manager_id, name) for at, name in found.names.items()])
        refused = [*spelled.refused, *self._unfit(found, spelled)]
        at, first = self._now(), self.writer.position + 1

        def rejecting(conflicts: Sequence[tuple[int, int]]) -> Sequence[Rejection]:
            refused.extend(self._contradicting(found, spelled, conflicts))
            return [Rejection(one.problem, one.raw) for one in refused]

        read = Read(self.offsets | offsets, len(refused), self.topic_id) if new else None
        appended = self.writer.append(found, at, read, rejecting)
        self.offsets.update(offsets)
        admitted = found.chosen(appended.indexes)
        return Admitted(
            first,
            admitted.content,
            admitted.bodies,
            appended.places,
            refused,
            str(self.writer.vector),
            offsets,
            at,
        )

    def nothing(self, refused: Sequence[Refused] = ()) -> Admitted:
        """A batch of no messages: how far the log has come and what it has read, and what was ``refused`` before."""
        read = {partition: offset for partition, offset in self.offsets.items() if offset >= 0}
        return Admitted(
            self.writer.position + 1, Content(), [], [], refused, str(self.writer.vector), read, self._now()
        )

    def following(self, partition: int) -> int | None:
        """The offset of a partition that comes next; None where the log begins with whatever the topic has."""
        if partition in self.offsets:
            return self.offsets[partition] + 1
        return 0 if self.writer.intake.read else None

    def go_on(self, partition: int, offset: int) -> None:
        """Read a partition from ``offset`` on, whatever was read of it before: the log begins, or a gap is accepted.

        That is durable with the next messages, whatever partition they are of, so that no later gap passes for a
        beginning.
        """
        self.offsets[partition] = offset - 1

    def _unread(self, runs: Iterable[Sequence[Message]]) -> tuple[list[Message], dict[int, int]]:
        """The messages that are new, and by partition the last offset of those."""
        new, offsets = list[Message](), dict[int, int]()
        for run in filter(None, runs):
            partition, last = run[-1].partition, run[-1].offset
            before = offsets.get(partition, self.offsets.get(partition, -1))
            if last > before:
                new += run if run[0].offset > before else [one for one in run if one.offset > before]
                offsets[partition] = last
        return new, offsets

    def _admit(self, spelled: _Spelled) -> Candidates:
        """The events of the lines; a message that brings admission itself down is set aside, and the others go on."""
        try:
            return admit(spelled.lines, self._log.institution)
        except Exception:
            spelled.set_aside(lambda line: admit([line], self._log.institution), self._topic)
            return admit(spelled.lines, self._log.institution)

    def _unfit(self, found: Candidates, spelled: _Spelled) -> Iterator[Refused]:
        for index, problem in found.problems:
            message = spelled.messages[index]
            where = Place(place_of(self._topic, message).file, None, problem.place.field, problem.place.event_id)
            told = Problem(problem.what, place=where, remedy=problem.remedy)
            yield Refused(message, told, spelled.lines[index])

    def _contradicting(
        self, found: Candidates, spelled: _Spelled, conflicts: Sequence[tuple[int, int]]
    ) -> Iterator[Refused]:
        if not conflicts:
            return
        before = self._log.snapshot()
        for candidate, position in conflicts:
            message = spelled.messages[found.lines[candidate]]
            where = Place(place_of(self._topic, message).file, event_id=found.event(candidate).id)
            earlier = position <= before.position
            other = f"at position {before.place(position)}" if earlier else "of the same batch"
            yield Refused(message, contradiction(where, other), spelled.lines[found.lines[candidate]])


class _Spelled:
    """Messages as lines of JSON, side by side with the messages, and those that carry none."""

    def __init__(self, messages: Sequence[Message], topic: str) -> None:
        self.refused: list[Refused] = []
        self.messages = list(messages)
        self.lines = [message.value or b"" for message in messages]
        if not all(self.lines) or any(message.headers for message in messages):
            self._spell_each(topic)

    def _spell_each(self, topic: str) -> None:
        messages, self.messages, self.lines = self.messages, [], []
        for message in messages:
            try:
                self.lines.append(line_of(message))
                self.messages.append(message)
            except Problem as problem:
                self.refused.append(Refused(message, problem.at(place_of(topic, message))))

    def set_aside(self, attempt: Callable[[bytes], object], topic: str) -> None:
        """Refuse every message whose line ``attempt`` cannot take without breaking."""
        kept: list[tuple[Message, bytes]] = []
        for message, line in zip(self.messages, self.lines, strict=True):
            try:
                attempt(line)
                kept.append((message, line))
            except Exception as defect:
                problem = Problem(
                    f"This is a defect of meritlog: {type(defect).__name__}: {defect}",
                    place=place_of(topic, message),
                    remedy="The message is kept as it came; report it, and send it again once that is mended.",
                )
                self.refused.append(Refused(message, problem, line))
        self.messages = [message for message, _ in kept]
        self.lines = [line for _, line in kept]
