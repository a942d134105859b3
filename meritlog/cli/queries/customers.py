"""Questions of customers: who is at risk, what they could use and do not, how few hold how much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from meritlog.cli.arguments import AsOfOption, OutOption, PeriodArgument, number
from meritlog.cli.queries.asking import LatestOption, ManagerOption, UnitOption, answer
from meritlog.cli.session import Session

if TYPE_CHECKING:
    pass


def risks(
    session: Session,
    period: PeriodArgument,
    product: Annotated[
        str,
        typer.Option("--product", metavar="PRODUCT", help="The balances that are compared: a path of the catalogue."),
    ] = "deposit",
    fall: Annotated[
        str,
        typer.Option(
            "--fall", metavar="PART", help="From which fall of the daily average on a customer counts: 0.2 or 20%."
        ),
    ] = "20%",
    least: Annotated[
        str,
        typer.Option(
            "--least", metavar="AMOUNT", help="Look at falling balances of customers who had at least this on average."
        ),
    ] = "0",
    unit: UnitOption = None,
    manager: ManagerOption = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """List the customers at risk, each with the reason and its events, and how many every manager has.

    Balances that fall against the period before, loans that are classed worse than at the beginning or as badly,
    complaints that are open or were found right in the period.

    $ meritlog query risks 2025Q1
    $ meritlog query risks 2025Q1 --fall 30% --least 500000 --unit U-EAST
    $ meritlog query risks 2025-03 --manager M-017 --out at-risk.xlsx
    """
    from replay.queries.risks import Terms
    from replay.queries.risks import risks as asked

    terms = Terms(product, number(fall, "--fall", part=True), number(least, "--least"))
    answer(
        session,
        period,
        as_of_text,
        through,
        out,
        lambda question, _: asked(question, terms, unit=unit, manager=manager),
    )


def gaps(
    session: Session,
    period: PeriodArgument,
    common: Annotated[
        str,
        typer.Option(
            "--common",
            metavar="PART",
            help="A line of business is common where at least this part of the segment's customers use it.",
        ),
    ] = "30%",
    unit: UnitOption = None,
    manager: ManagerOption = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """List the customers who do not use what customers of their segment commonly use: where more can be sold.

    Lines of business are the first words of the catalogue: loan, deposit, card, ebank, settlement … Customers whom
    nobody serves: --manager -

    $ meritlog query gaps 2025
    $ meritlog query gaps 2025 --common 50% --manager M-017
    $ meritlog query gaps 2025 --manager - --out unserved.xlsx
    """
    from replay.queries.gaps import gaps as asked

    part = number(common, "--common", part=True)
    answer(
        session, period, as_of_text, through, out, lambda question, _: asked(question, part, unit=unit, manager=manager)
    )


def concentration(
    session: Session,
    period: PeriodArgument,
    product: Annotated[
        str, typer.Option("--product", metavar="PRODUCT", help="The balances looked at: a path of the catalogue.")
    ] = "deposit",
    line: Annotated[
        str,
        typer.Option(
            "--line", metavar="PART", help="Warn where the largest 10 or 20 customers hold at least this part."
        ),
    ] = "80%",
    segments: Annotated[
        list[str] | None,
        typer.Option(
            "--retail",
            metavar="SEGMENT",
            help="A segment of customers (customer.joined) that is retail; may be given several times. Of whom no "
            "segment was said, those who hold savings are. Default: retail",
            show_default=False,
        ),
    ] = None,
    unit: UnitOption = None,
    manager: ManagerOption = None,
    as_of_text: AsOfOption = None,
    through: LatestOption = None,
    out: OutOption = None,
) -> None:
    """Show which part of the balances the largest 10 and 20 customers hold, of each manager, each unit and the bank.

    And which part of the assets of all retail customers the wealthiest tenth holds. Balances are daily averages.

    $ meritlog query concentration 2025Q1
    $ meritlog query concentration 2025 --product loan --line 60%
    $ meritlog query concentration 2025 --retail personal --unit U-EAST
    """
    from replay.queries.concentration import concentration as asked

    warning_line = number(line, "--line", part=True)
    answer(
        session,
        period,
        as_of_text,
        through,
        out,
        lambda question, _: asked(question, product, warning_line, segments or ["retail"], unit=unit, manager=manager),
    )
