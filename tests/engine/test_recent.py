"""Answers are remembered, whatever they are, until too many others have been asked for since."""

from engine.recent import Recent


def test_an_empty_answer_is_remembered_like_any_other() -> None:
    made: list[str] = []

    def answer() -> frozenset[str]:
        made.append("answer")
        return frozenset()

    recent: Recent[frozenset[str]] = Recent(2)
    assert [recent.remembered("who", answer) for _ in range(3)] == [frozenset()] * 3
    assert made == ["answer"]


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    recent: Recent[int] = Recent(2)
    for question, answer in (("a", 1), ("b", 2), ("a", 1), ("c", 3)):
        assert recent.remembered(question, lambda answer=answer: answer) == answer
    assert [recent.get(question) for question in "abc"] == [1, None, 3]
