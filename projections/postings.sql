-- Postings: what each event adds to the balance of its account. A changed balance adds its amount; a stated one adds
-- its difference from the balance of the evening before, and takes over what changed that day (contract 1). Only the
-- accounts that have statements pass through the windows.

CREATE TABLE restated AS
WITH moves AS (
    SELECT position, day, account_id, amount, type = {balance_stated} AS stated
    FROM events SEMI JOIN stated_accounts USING (account_id)
    WHERE type IN ({balance_changed}, {balance_stated})
),
ranked AS (
    SELECT *,
           bool_or(stated) OVER (PARTITION BY account_id, day) AS stated_day,
           stated AND position = max(position) FILTER (WHERE stated) OVER (PARTITION BY account_id, day) AS stands
    FROM moves
),
counted AS (
    SELECT position, day, account_id, stated, amount,
           count(*) FILTER (WHERE stated) OVER (PARTITION BY account_id ORDER BY day, stated DESC
                                                RANGE UNBOUNDED PRECEDING) AS statement
    FROM ranked WHERE CASE WHEN stated_day THEN stands ELSE true END
),
-- A statement opens a chapter: its amount plus the changes until the next one are the balance that the next replaces.
chapters AS (
    SELECT account_id, statement, sum(amount) AS closing FROM counted GROUP BY account_id, statement
)
SELECT c.position, c.day, c.account_id,
       CASE WHEN c.stated THEN c.amount - coalesce(before.closing, 0) ELSE c.amount END AS amount
FROM counted c
LEFT JOIN chapters before
       ON c.stated AND before.account_id = c.account_id AND before.statement = c.statement - 1;

CREATE VIEW postings AS
SELECT position, day, account_id, amount
FROM events {unstated} WHERE type = {balance_changed}
UNION ALL
SELECT position, day, account_id, amount FROM restated;
