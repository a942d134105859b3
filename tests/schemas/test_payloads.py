"""The registry of payloads is the contract's list of types, fields and columns."""

from __future__ import annotations

import pytest

from schemas.fields import ID, RATE, Storage
from schemas.payloads import TYPES, columns, family_types

CONTRACT = """
account.opened: account_id customer_id product currency? rate? org_unit?
balance.changed: account_id customer_id amount
balance.stated: account_id customer_id amount
rate.changed: account_id customer_id rate
account.closed: account_id customer_id
loan.classified: account_id customer_id class
loan.recovered: customer_id account_id? class amount
loan.moved: customer_id account_id? amount rate?
loan.exited: customer_id account_id? amount rate?
fee.earned: customer_id service amount
product.sold: customer_id product amount? quantity? manager_id?
payment.made: customer_id channel amount
card.spent: account_id customer_id amount
merchant.enrolled: customer_id
fx.fixed: currency rate
customer.joined: customer_id segment?
customer.left: customer_id segment?
complaint.received: complaint_id customer_id? manager_id? severity
complaint.resolved: complaint_id upheld
survey.answered: customer_id? manager_id? topic score full
service.handled: manager_id? customer_id? kind seconds? quantity?
activity.logged: manager_id? customer_id? kind quantity?
rating.given: manager_id period item group rater_id? score full
incident.recorded: manager_id kind level? count?
figure.reported: manager_id? org_unit? measure period value
unit.opened: org_unit parent?
manager.appointed: manager_id org_unit? position? grade?
manager.left: manager_id
customer.assigned: customer_id account_id? product? team branch_led? approved_by?
target.set: manager_id? org_unit? measure period value
decision.made: manager_id? org_unit? period? kind value? reason decided_by
event.reversed: event_id event_source reason
settlement.closed: settlement_id plan plan_digest period position log_head result_digest
settlement.paid: settlement_id
dispute.opened: dispute_id settlement_id manager_id line? claim
dispute.resolved: dispute_id outcome reason decided_by
"""
_LINES = dict(entry.split(": ") for entry in CONTRACT.strip().splitlines())


def test_the_types_are_those_of_the_contract() -> None:
    assert set(TYPES) == set(_LINES)


@pytest.mark.parametrize("event_type", TYPES)
def test_a_type_has_the_contracts_fields_its_date_and_a_currency_beside_an_amount(event_type: str) -> None:
    expected = set(_LINES[event_type].split()) | {"on?"}
    if TYPES[event_type].amounts:
        expected.add("currency?")
    assert {item.name + ("" if item.required else "?") for item in TYPES[event_type].fields} == expected


def test_families_part_the_types() -> None:
    families = [family_types(name) for name in ("transactions", "service", "staffing", "settlement")]
    assert [len(family) for family in families] == [15, 10, 7, 4]
    assert frozenset().union(*families) == set(TYPES)


def test_a_name_is_no_field_of_the_logged_event() -> None:
    assert "name" not in {item.name for item in TYPES["manager.appointed"].fields}


def test_the_same_column_means_the_same_kind_of_value() -> None:
    found = columns()
    assert found["customer_id"] is ID
    assert found["rate"] is RATE
    assert (found["exchange"].storage, found["exchange"].digits) == (Storage.SCALED_64, 6)
    assert (found["amount"].storage, found["amount"].digits) == (Storage.SCALED_64, 4)
    assert found["class"].storage is Storage.CODE
    assert found["team"].storage is Storage.TEAM


def test_no_column_takes_a_name_that_the_log_has_for_itself() -> None:
    assert not set(columns()) & {"position", "admitted", "type", "time", "source", "key", "on", "body"}


def test_free_text_has_no_column() -> None:
    assert not set(columns()) & {"reason", "claim", "plan_digest", "log_head", "result_digest", "name"}


def test_every_field_has_a_meaning() -> None:
    for payload in TYPES.values():
        assert payload.model.__doc__
        assert all(info.description for info in payload.model.model_fields.values())
