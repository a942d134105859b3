"""What was asked recently: answers by question, the one that was not asked for longest forgotten first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


@dataclass(slots=True)
class Recent(Generic[Answer]):
    """At most ``most`` answers."""

    most: int
    _answers: OrderedDict[Hashable, Answer] = field(default_factory=OrderedDict)

    def get(self, question: Hashable) -> Answer | None:
        """The answer, if it is remembered."""
        answer = self._answers.get(question)
        if answer is not None:
            self._answers.move_to_end(question)
        return answer

    def put(self, question: Hashable, answer: Answer) -> Answer:
        """Remember an answer instead of an earlier one."""
        self._answers[question] = answer
        self._answers.move_to_end(question)
        if len(self._answers) > self.most:
            self._answers.popitem(last=False)
        return answer

    def remembered(self, question: Hashable, make: Callable[[], Answer]) -> Answer:
        """The answer, which ``make`` gives where it is not remembered."""
        answer = self.get(question)
        return self.put(question, make()) if answer is None else answer

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._answers.values())
