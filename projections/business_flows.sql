-- Flows of business by any keys. What carries no path has its account's product, else one that stands for its type.
SELECT 'flow', {columns}
FROM (
    SELECT t.* REPLACE (coalesce(a.customer_id, t.customer_id) AS customer_id),
           coalesce(t.own_path, a.product, {none} - 1 - t.kind) AS path
    FROM ({inner}) t({names}) LEFT JOIN opened a USING (account_id)
) t
{joins}
WHERE t.path IN ({paths}) {only}
GROUP BY ALL
