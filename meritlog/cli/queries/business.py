"""Questions of business: product lines, and the quality of loans."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from meritlog.cli.arguments import AsOfOption, OutOption, PeriodArgument
from meritlog.cli.queries.asking import LatestOption, ManagerOption, UnitOption, answer
from meritlog.cli.session import Session

if TYPE_CHECKING:
    pass


def products(
    session: Session,
    period: PeriodArgument,
    path: Annotated[
        str | None,
        typer.Argument(
            metavar="[PRODUCT]",
            help="A path of the catalogue, with all below it: loan, loan.discount, deposit.savings, settlement, "
            "ebank.corporate. Default: everything.",
            show_default=False,
        ),
    ] = None,
    by: Annotated[
        Literal["product", "unit", "manager", "customer", "account", "event"],
        typer.Option("--by", help="One row a product, a unit, a manager, a customer, an account or an event."),
    ] = "product",
    unit: UnitOption = None,
    manager: ManagerOption = None,
    customer: Annotated[
        str | None, typer.Option("--customer", metavar="ID", help="Of this customer alone.", show_default=False)
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Of this account alone.", show_default=False)
    ] = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show the business of any product line in any period, from the bank down to single events.

    Balances at the beginning and at the end, their daily average and product-days; fees, sales, payments and other
    flows with their number. Drill down with --by, and narrow with --unit, --manager, --customer and --account. What
    managers are credited with and what nobody is adds up to the whole bank, as in settle. A period still running counts
    the days up to the latest business date among the log's transactions.

    $ meritlog query products 2025Q1
    $ meritlog query products 2025 loan --by unit
    $ meritlog query products 2025 deposit.savings --by customer --manager M-017
    $ meritlog query products 2025 loan --by event --account L-101
    $ meritlog query products 2025 --by customer --manager - --out unserved.xlsx
    """
    from replay.queries.products import By
    from replay.queries.products import products as asked

    answer(
        session,
        period,
        as_of_text,
        through,
        out,
        lambda question, _: asked(
            question, path, By(by), unit=unit, manager=manager, customer=customer, account=account
        ),
    )


def classes(
    session: Session,
    period: PeriodArgument,
    unit: UnitOption = None,
    manager: ManagerOption = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show the quality of loans: balances by class, the part of bad loans, and how classes migrated over the period.

    Bad are substandard, doubtful and loss. A loan without a balance before the period is new; balances are those
    credited on the last day.

    $ meritlog query classes 2025Q1
    $ meritlog query classes 2025 --unit U-EAST --out classes.xlsx
    """
    from replay.queries.classes import classes as asked

    answer(session, period, as_of_text, through, out, lambda question, _: asked(question, unit=unit, manager=manager))
