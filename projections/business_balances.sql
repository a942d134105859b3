-- Business on accounts by any keys: what ``balances.sql`` gives by account, manager (and event), summed once more.
SELECT 'balance', {columns}
FROM (
    SELECT t.*, a.customer_id, coalesce(a.product, {none}) AS path
    FROM ({inner}) t({names}) LEFT JOIN accounts a USING (account_id)
) t
{joins}
GROUP BY ALL
