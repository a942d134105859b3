-- Flow measures: a flow counts once, for whoever held its business that day; the weight of its day carries exchange
-- rate and factor, and for an accruing flow the days that it still earns.
SELECT {keys}, {sums}
FROM ({flows}) f
{holding}
LEFT JOIN currencies k ON k.currency = coalesce(f.currency, {own_currency})
LEFT JOIN weights c
       ON c.cell = (f.kind * {currency_count} + coalesce(k.nth, {unfixed})) * {width} + (f.day - {first})
WHERE true {only}
GROUP BY ALL
