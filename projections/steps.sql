-- Steps: the days on which one manager holds one account at one share, rate and pool of measures. A posting meets the
-- steps of its account that have not ended; everything that varies by day only is in the calendar.

-- {stages}: how a loan is classed, for plans whose accrual stops at a class; others do without the window.
CREATE OR REPLACE TABLE lives AS
WITH priced AS (
    SELECT account_id, customer_id, product, currency, {first} AS from_day, {end} AS to_day, rate
    FROM accounts WHERE NOT repriced
    UNION ALL
    SELECT account_id, customer_id, product, currency,
           greatest(coalesce(rates.from_day, {dawn}), {first}), least(coalesce(rates.to_day, {dusk}), {end}), rates.rate
    FROM accounts LEFT JOIN rates USING (account_id)
    WHERE repriced AND coalesce(rates.from_day, {dawn}) < {end} AND coalesce(rates.to_day, {dusk}) > {first}
)
SELECT p.account_id, p.customer_id, {from_day} AS from_day, {to_day} AS to_day, p.rate, p.currency,
       pools.pool, pools.wants_rate, pools.wants_exchange, coalesce(currencies.nth, {unfixed}) AS nth
FROM priced p {stages}
JOIN pools ON pools.product IS NOT DISTINCT FROM p.product AND pools.currency = p.currency
          AND pools.rated = (p.rate IS NOT NULL) AND pools.stage = {stage}
LEFT JOIN currencies ON currencies.currency = p.currency;

CREATE OR REPLACE TABLE steps AS
WITH held AS (
    SELECT l.*, h.from_day AS held_from, h.to_day AS held_to, h.manager_id, h.share
    FROM lives l JOIN account_holds h USING (account_id)
    UNION ALL
    SELECT l.*, coalesce(h.from_day, {first}), coalesce(h.to_day, {end}), h.manager_id, coalesce(h.share, {unheld})
    FROM (SELECT * FROM lives {ordinary}) l LEFT JOIN customer_holds h USING (customer_id)
),
cut AS (
    SELECT account_id, manager_id, share, rate, pool, currency, nth,
           (pool * {currency_count} + nth) * {width} AS cell,
           greatest(from_day, held_from) AS from_day, least(to_day, held_to) AS to_day
    FROM held WHERE from_day < held_to AND held_from < to_day
)
SELECT cut.* EXCLUDE (nth), {ends}
FROM cut JOIN calendar c ON c.cell = cut.cell + (cut.to_day - {first});
