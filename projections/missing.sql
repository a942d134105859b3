-- Where balance measures may have had to leave something out: the days on which an account has no known rate, or no
-- exchange rate yet. Whether it has a balance then is looked at for these accounts alone.

CREATE OR REPLACE TABLE concerns AS
SELECT account_id, 'rate' AS what, account_id AS word, greatest(from_day, {start}) AS from_day, to_day
FROM lives WHERE rate IS NULL AND wants_rate AND to_day > {start}
UNION ALL
SELECT l.account_id, 'fx', l.currency, greatest(l.from_day, {start}),
       least(l.to_day, coalesce(c.known_from, {dusk}))
FROM lives l LEFT JOIN currencies c USING (currency)
WHERE l.wants_exchange AND greatest(l.from_day, {start}) < least(l.to_day, coalesce(c.known_from, {dusk}));
