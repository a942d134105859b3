-- The businesses that a narrower scope can concern: accounts with a team of their own, and whatever belongs to a
-- customer with a team for a path. All others have their customer's team, and need none of this.
CREATE TABLE own_accounts AS SELECT DISTINCT account_id FROM turns WHERE account_id <> -1;

CREATE TABLE path_customers AS SELECT DISTINCT customer_id FROM turns WHERE product <> -1;

CREATE TABLE paths AS
SELECT row_number() OVER () AS pair, customer_id, path
FROM (
    SELECT DISTINCT customer_id, coalesce(product, service, channel) AS path
    FROM events SEMI JOIN path_customers USING (customer_id)
    WHERE type NOT IN ({account_opened}, {customer_assigned}) AND path IS NOT NULL
);

-- What an account never opened carries has the account's own team, before that of the customer whom the event names.
CREATE TABLE stray_pairs AS
SELECT (SELECT count(*) FROM paths) + row_number() OVER () AS pair, account_id, customer_id
FROM (
    SELECT DISTINCT account_id, customer_id
    FROM events SEMI JOIN strays USING (account_id) SEMI JOIN own_accounts USING (account_id)
    WHERE type <> {customer_assigned}
);

-- `own_id` is the account whose own team comes first, if any.
CREATE TABLE narrow AS
SELECT account_id, -1 AS pair, account_id AS own_id, coalesce(customer_id, -2) AS customer_id,
       coalesce(product, -2) AS path
FROM accounts
WHERE account_id IN (SELECT account_id FROM own_accounts)
   OR customer_id IN (SELECT customer_id FROM path_customers)
UNION ALL
SELECT -1, pair, -1, customer_id, path FROM paths
UNION ALL
SELECT -1, pair, account_id, coalesce(customer_id, -2), -2 FROM stray_pairs;

CREATE TABLE narrow_words AS
SELECT DISTINCT path AS word FROM narrow WHERE path >= 0 UNION SELECT DISTINCT product FROM turns WHERE product <> -1;
