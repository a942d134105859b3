-- Findings: where the log contradicts itself (contract 1). They stop nothing; every kind is one query over `events`,
-- giving the event, the account, what the event says and what stands against it.

CREATE OR REPLACE TABLE contradictions AS
SELECT 'account.customer' AS kind, e.position, e.account_id AS subject, e.customer_id AS said, a.customer_id AS stands
FROM events e JOIN opened a USING (account_id)
WHERE e.customer_id <> a.customer_id AND e.type <> {account_opened} AND e.day < {end}
UNION ALL
SELECT 'account.currency', e.position, e.account_id, e.currency, a.currency
FROM events e JOIN opened a USING (account_id)
WHERE e.currency <> a.currency AND e.type IN ({balance_changed}, {balance_stated}) AND e.day < {end}
UNION ALL
SELECT 'account.opened-twice', o.position, o.account_id, NULL, NULL
FROM openings o JOIN reopened USING (account_id)
WHERE o.day < {end}
QUALIFY row_number() OVER (PARTITION BY o.account_id ORDER BY o.day, o.position DESC) > 1
UNION ALL
SELECT 'account.never-opened', min(e.position), e.account_id, NULL, NULL
FROM events e SEMI JOIN strays USING (account_id)
WHERE e.type IN ({balance_changed}, {balance_stated}) AND e.day < {end}
GROUP BY e.account_id;

-- A closed account with a balance on the evening of its closing, or, closed before the period, on the period's first.
INSERT INTO contradictions
WITH closed AS (
    SELECT account_id, max(position) AS position, max(greatest(day, {start})) AS day
    FROM events WHERE type = {account_closed} AND day < {end} GROUP BY account_id
),
left_over AS (
    SELECT c.account_id, c.position, sum(p.amount) AS balance
    FROM closed c JOIN postings p ON p.account_id = c.account_id AND p.day <= c.day
    GROUP BY c.account_id, c.position HAVING sum(p.amount) <> 0
)
SELECT 'account.closed', position, account_id, NULL, NULL FROM left_over;
