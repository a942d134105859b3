"""Teams: which assignment stands, and who is credited by it."""

from __future__ import annotations

from engine.crediting.teams import CUSTOMER_SCOPE, NOBODY, Holders, Team, holder_steps, scopes_for, team_steps
from engine.crediting.timeline import Timeline
from schemas.exact import WHOLE_SHARE

Scope = Timeline[Team]


def alone(manager: str) -> Team:
    return ((manager, WHOLE_SHARE),)


def holders(scopes: list[Scope], **duty: Timeline[bool]) -> tuple[tuple[int, Holders], ...]:
    return holder_steps(team_steps(scopes), lambda manager: duty.get(manager, ()))


CUSTOMERS: Scope = ((1, 1, alone("M1")), (30, 2, alone("M2")))


def test_scopes_that_carry_a_path_stand_longest_first_then_the_customers() -> None:
    loans: Scope = ((5, 3, alone("L")),)
    consumer: Scope = ((6, 4, alone("K")),)
    assignments = {CUSTOMER_SCOPE: CUSTOMERS, "loan": loans, "loan.consumer": consumer, "loan-agency": loans}
    assert scopes_for(assignments, "loan.consumer.car") == [consumer, loans, CUSTOMERS]
    assert scopes_for(assignments, "loan.mortgage") == [loans, CUSTOMERS]
    assert scopes_for(assignments, None) == [CUSTOMERS]


def test_a_wider_scope_stands_until_a_narrower_one_first_speaks() -> None:
    own: Scope = ((10, 5, alone("A")), (20, 6, ()))
    assert team_steps([own, CUSTOMERS]) == ((1, alone("M1")), (10, alone("A")), (20, ()))


def test_before_the_first_team_nobody_is_credited() -> None:
    assert holders([CUSTOMERS]) == ((0, NOBODY), (1, (("M1", 10_000),)), (30, (("M2", 10_000),)))
    assert holders([]) == ((0, NOBODY),)


def test_what_the_shares_leave_is_nobodys() -> None:
    team: Scope = ((1, 1, (("M1", 2_500), ("M2", 0))),)
    assert holders([team])[-1] == (1, (("M1", 2_500), (None, 7_500)))


def test_who_left_is_credited_with_nothing_until_back() -> None:
    duty = ((0, 1, True), (10, 2, False), (12, 3, True))
    assert holders([CUSTOMERS], M1=duty) == (
        (0, NOBODY),
        (1, (("M1", 10_000),)),
        (10, NOBODY),
        (12, (("M1", 10_000),)),
        (30, (("M2", 10_000),)),
    )


def test_the_same_team_assigned_again_changes_nothing() -> None:
    again: Scope = ((1, 1, alone("M1")), (5, 2, alone("M1")))
    assert holders([again]) == ((0, NOBODY), (1, (("M1", 10_000),)))
