"""Reading: what a gap is called, whichever way it came about."""

from __future__ import annotations

from engine.stream.reading import gap


def test_a_gap_that_retention_made_says_what_is_lost_and_how_to_go_on() -> None:
    assert str(gap("meritlog.events", 2, following=100, first=1500, last=9000)) == (
        "A gap: partition 2 of meritlog.events begins at offset 1500, but the log has read up to offset 99 only. Send "
        "again what is lost (what was admitted counts once), then start with --accept-gap 2:1500 to go on from there."
    )


def test_a_topic_made_anew_is_told_apart() -> None:
    assert str(gap("meritlog.events", 0, following=100, first=0, last=7)) == (
        "A gap: partition 0 of meritlog.events ends at offset 7, but the log has read up to offset 99: it was made "
        "anew. Send again what is lost (what was admitted counts once), then start with --accept-gap 0:0 to go on from "
        "there."
    )


def test_a_partition_of_which_nothing_was_read_is_told_so() -> None:
    assert str(gap("meritlog.events", 1, following=0, first=12, last=30)).startswith(
        "A gap: partition 1 of meritlog.events begins at offset 12, but the log has read nothing of it."
    )


def test_a_topic_made_anew_and_shortened_since_is_read_from_where_it_begins() -> None:
    assert "--accept-gap 0:3" in str(gap("meritlog.events", 0, following=100, first=3, last=7))


def test_a_topic_made_anew_that_holds_as_much_is_told_apart() -> None:
    assert str(gap("meritlog.events", 0, following=100, first=0, last=7000)).startswith(
        "A gap: partition 0 of meritlog.events has other messages than those that the log has read up to offset 99: "
        "it was made anew."
    )
