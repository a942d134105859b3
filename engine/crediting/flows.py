"""Flows: events that bring something on one day (a fee, a sale, a recovery, a survey), and whom they belong to.

A flow on an opened account goes to the team of that account; another to the customer's team for the path that it
carries; one that names its manager to that manager alone. A complaint's resolution is no flow: it is a fact about one.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.exact import UNIT_RATE


@dataclass(frozen=True, slots=True)
class FlowType:
    """How one type of event is read as a flow.

    ``words`` are the fields that measures filter by; ``path`` the one among them that a product-scope team can carry.
    ``quantity`` is the field that counts, ``unsaid`` its value E6 where it is absent.
    ``by_hand`` marks a manager's own doing: where no manager is named it belongs to nobody, not to the customer's team.
    """

    words: tuple[str, ...] = ()
    path: str | None = None
    quantity: str | None = None
    unsaid: int = 0
    has_rate: bool = False
    by_hand: bool = False


FLOWS = {
    "loan.recovered": FlowType(("class",)),
    "loan.moved": FlowType(has_rate=True),
    "loan.exited": FlowType(has_rate=True),
    "fee.earned": FlowType(("service",), path="service"),
    "product.sold": FlowType(("product",), path="product", quantity="quantity"),
    "payment.made": FlowType(("channel",), path="channel"),
    "card.spent": FlowType(),
    "merchant.enrolled": FlowType(),
    "customer.joined": FlowType(("segment",)),
    "customer.left": FlowType(("segment",)),
    "complaint.received": FlowType(("severity",)),
    "survey.answered": FlowType(("topic",), quantity="score"),
    "service.handled": FlowType(("kind",), quantity="quantity", by_hand=True),
    "activity.logged": FlowType(("kind",), quantity="quantity", by_hand=True),
    "incident.recorded": FlowType(("kind", "level"), quantity="count", unsaid=UNIT_RATE),
}
