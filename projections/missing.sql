-- What balance measures had to leave out: days on which an account has a balance but no known rate, or no exchange
-- rate yet. Only the accounts concerned are looked at; on them, the balance of each evening.

CREATE OR REPLACE TABLE concerns AS
SELECT account_id, 'rate' AS what, account_id AS word, greatest(from_day, {start}) AS from_day, to_day
FROM lives WHERE rate IS NULL AND wants_rate AND to_day > {start}
UNION ALL
SELECT l.account_id, 'fx', l.currency, greatest(l.from_day, {start}),
       least(l.to_day, coalesce(c.known_from, {dusk}))
FROM lives l LEFT JOIN currencies c USING (currency)
WHERE l.wants_exchange AND greatest(l.from_day, {start}) < least(l.to_day, coalesce(c.known_from, {dusk}));

CREATE OR REPLACE TABLE evenings AS
SELECT account_id, day AS from_day, lead(day, 1, {dusk}) OVER account AS to_day, sum(moved) OVER account AS balance
FROM (
    SELECT account_id, day, sum(amount) AS moved
    FROM postings SEMI JOIN concerns USING (account_id)
    WHERE day < {end} GROUP BY account_id, day
)
WINDOW account AS (PARTITION BY account_id ORDER BY day);
