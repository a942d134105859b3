"""Who was spoken of last: by manager the last event that named the manager, or a customer or account of a team.

A customer or account counts for every manager whom one of its teams, or a flow of it, ever named.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Followers = dict[str, tuple[str, ...]]


@dataclass(slots=True)
class Spoken:
    """``last`` by manager; ``of_account`` and ``of_customer`` list the managers whom an event about them concerns."""

    last: dict[str, int] = field(default_factory=dict)
    of_account: Followers = field(default_factory=dict)
    of_customer: Followers = field(default_factory=dict)
    _alike: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def follow(self, followers: Followers, owner_id: str, manager_id: str, touched: int) -> None:
        """Let events about an account or customer, last spoken of at ``touched``, concern a manager from now on."""
        known = followers.get(owner_id, ())
        if manager_id not in known:
            more = (*known, manager_id)
            followers[owner_id] = self._alike.setdefault(more, more)
            self.last[manager_id] = max(self.last.get(manager_id, 0), touched)
