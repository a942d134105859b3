"""The topics of meritlog, by the names that the contract gives them (§7)."""

from __future__ import annotations

EVENTS = "meritlog.events"
LOG = "meritlog.log"
REJECTED = "meritlog.rejected"
CREDITS = "meritlog.credits"
BOARD = "meritlog.board"
