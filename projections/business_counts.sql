-- How many customers and accounts have a balance on the evening before {until}, by whoever holds them then.
SELECT 'balance', {columns}
FROM (
    SELECT s.account_id, s.manager_id, s.pool, a.customer_id, coalesce(a.product, {none}) AS path
    FROM steps s
    LEFT JOIN accounts a USING (account_id)
    SEMI JOIN (
        SELECT account_id FROM postings WHERE day < {until} GROUP BY account_id HAVING sum(amount) <> 0
    ) USING (account_id)
    WHERE s.to_day = {until} AND s.pool > 0 {only}
) t
{joins}
GROUP BY ALL
