"""Reach: the days whose results an event can change.

What a plan makes of the days before E follows from facts of those days, and from what is said of periods that begin
before E. So an event that reaches no day before E changes nothing of a period that ends there, whenever it arrives:

- As a rule an event reaches from its own business date on. Facts hold from their day on, and a balance stays; before
  its first exchange rate an amount is left out, and a first team leaves the days before it to nobody.
- A flow counts on its day alone. Who looks at other days does not see it.
- What names a period (ratings, figures, targets) is for exactly that period. A decision may be for its day, too, and
  stand for years.
- An opening says what an account is on all days, and an account's first known rate holds before its day, too
  (contract §1): they reach back to the first day on which anything was said of the account. Not so an opening or a rate
  that comes after another one of the account, of an earlier day: that one stands.
- Whoever was never appointed is incomplete: so the first appointment reaches back to the first day on which the manager
  served anybody.
- A unit belongs to its parent on all days.
- What is said of settlements and of complaints reaches no day: no figure is taken of it, but of closed settlements,
  by the plans that carry their lines over.
- A reversal reaches as far as the event that never happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from engine.crediting.flows import FLOWS


class Reach(StrEnum):
    """How far events of a type reach: from and until when."""

    FLOW = "flow"
    DAY = "day"
    PERIOD = "period"
    DECISION = "decision"
    ACCOUNT = "account"
    MANAGER = "manager"
    ALWAYS = "always"
    NEVER = "never"
    AS_REVERSED = "as-reversed"


REACHES: Mapping[str, Reach] = {
    **dict.fromkeys(FLOWS, Reach.FLOW),
    "account.opened": Reach.ACCOUNT,
    "balance.changed": Reach.DAY,
    "balance.stated": Reach.DAY,
    "rate.changed": Reach.ACCOUNT,
    "account.closed": Reach.DAY,
    "loan.classified": Reach.DAY,
    "fx.fixed": Reach.DAY,
    "complaint.resolved": Reach.NEVER,
    "rating.given": Reach.PERIOD,
    "figure.reported": Reach.PERIOD,
    "unit.opened": Reach.ALWAYS,
    "manager.appointed": Reach.MANAGER,
    "manager.left": Reach.DAY,
    "customer.assigned": Reach.DAY,
    "target.set": Reach.PERIOD,
    "decision.made": Reach.DECISION,
    "event.reversed": Reach.AS_REVERSED,
    "settlement.closed": Reach.NEVER,
    "settlement.paid": Reach.NEVER,
    "dispute.opened": Reach.NEVER,
    "dispute.resolved": Reach.NEVER,
}
"""The reach of every type of event: with too short a one, a closed settlement would not be made good."""
