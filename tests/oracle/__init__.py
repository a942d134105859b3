"""An independent, slow second opinion on the plan `bank-contribution`.

It walks day by day, account by account, in exact fractions, straight from the sentences of the contract and of the
scheme, and shares not one line with the product: where the two differ, one of them has misread a sentence.

Reading order: `days` (periods), `book` (what is said: events that happened, and the facts that hold on a day),
`teams` (who serves whom), `rules` (the plan's figures), `earnings` (what each business earns each day),
`base` (what served customers brought the year before), `quality` (ratings), `pay` (grade, awards, risk fund),
`statement` (one result a manager).

Left out, for they need a settlement that was closed before: lines `prepaid`, releases and adjustments. Findings and
units other than the manager's own are left out, too, as are the plan's switches, which all stand as they come.
"""
