-- Precedence of scopes for the businesses in `narrow`: the account's team, else the longest path's, else the
-- customer's. Once a scope has a first team it stands for ever: so a wider scope ends where a narrower one begins.

CREATE TABLE candidates AS
WITH beginnings AS (
    SELECT account_id, customer_id, product, min(from_day) AS begins FROM turns GROUP BY ALL
),
ranked AS (
    SELECT n.account_id, n.pair, 1000000 AS rank, b.account_id AS scope_account, -1 AS scope_customer,
           -1 AS scope_product, begins
    FROM narrow n JOIN beginnings b ON n.own_id = b.account_id AND b.account_id <> -1
    UNION ALL
    SELECT n.account_id, n.pair, carries.length, -1, b.customer_id, b.product, begins
    FROM narrow n JOIN beginnings b ON n.customer_id = b.customer_id AND b.product <> -1
    JOIN carries ON carries.path = b.product AND carries.word = n.path
    UNION ALL
    SELECT n.account_id, n.pair, -1, -1, b.customer_id, -1, begins
    FROM narrow n JOIN beginnings b ON n.customer_id = b.customer_id AND b.account_id = -1 AND b.product = -1
)
SELECT *,
       coalesce(min(begins) OVER (PARTITION BY account_id, pair ORDER BY rank DESC
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), {dusk}) AS ends
FROM ranked;

CREATE TABLE narrow_spans AS
SELECT c.account_id, c.pair, greatest(s.from_day, {dawn}) AS from_day, least(s.to_day, c.ends) AS to_day,
       s.manager_id, s.share
FROM candidates c
JOIN spans s ON s.account_id = c.scope_account AND s.customer_id = c.scope_customer AND s.product = c.scope_product
WHERE s.from_day < c.ends
UNION ALL
-- Before the first team of any scope, nobody; the customer's own spans bring their gap with them.
SELECT n.account_id, n.pair, {dawn}, coalesce(min(c.begins), {dusk}), NULL, {whole_share}
FROM narrow n LEFT JOIN candidates c ON c.account_id = n.account_id AND c.pair = n.pair
GROUP BY n.account_id, n.pair
HAVING count(*) FILTER (WHERE c.rank = -1) = 0;
