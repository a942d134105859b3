-- Teams: who shares what, scope by scope. A scope is an account; a customer's path of the catalogue; or a customer.
-- -1 stands for "not part of this scope", so that scopes compare as plain integers.

CREATE TABLE assignments AS
SELECT position, day, team,
       coalesce(account_id, -1) AS account_id,
       CASE WHEN account_id IS NULL THEN customer_id ELSE -1 END AS customer_id,
       CASE WHEN account_id IS NULL THEN coalesce(product, -1) ELSE -1 END AS product
FROM events WHERE type = {customer_assigned};

CREATE TABLE reassigned AS
SELECT account_id, customer_id, product FROM assignments GROUP BY ALL HAVING count(*) > 1;

-- Each assignment with the days it stands in its scope; a later one of the same day leaves it none.
CREATE TABLE turns AS
SELECT position, team, account_id, customer_id, product, day AS from_day, {dusk} AS to_day, true AS first
FROM assignments ANTI JOIN reassigned USING (account_id, customer_id, product)
UNION ALL
SELECT * FROM (
    SELECT position, team, account_id, customer_id, product, day AS from_day,
           lead(day, 1, {dusk}) OVER scope AS to_day,
           day = first_value(day) OVER scope AS first
    FROM assignments SEMI JOIN reassigned USING (account_id, customer_id, product)
    WINDOW scope AS (PARTITION BY account_id, customer_id, product ORDER BY day, position)
) WHERE from_day < to_day;

-- One row a member, and one for what the team leaves to nobody, so that managers + nobody = the whole.
CREATE TABLE shares AS
SELECT account_id, customer_id, product, from_day, to_day, team[1].manager_id AS manager_id, team[1].share AS share
FROM turns WHERE len(team) = 1 AND team[1].share > 0
UNION ALL
SELECT account_id, customer_id, product, from_day, to_day, member.manager_id, sum(member.share)::INTEGER
FROM (SELECT * EXCLUDE (team), unnest(team) AS member FROM turns WHERE len(team) > 1)
WHERE member.share > 0
GROUP BY account_id, customer_id, product, from_day, to_day, member.manager_id
UNION ALL
SELECT account_id, customer_id, product, from_day, to_day, NULL,
       {whole_share} - coalesce(list_sum(list_transform(team, lambda member: member.share)), 0)::INTEGER AS rest
FROM turns WHERE rest > 0
UNION ALL
SELECT account_id, customer_id, product, {dawn}, from_day, NULL, {whole_share}
FROM turns WHERE first AND product = -1 AND account_id = -1;

-- From the day a manager leaves, the share is nobody's.
CREATE TABLE spans AS
SELECT account_id, customer_id, product, from_day, to_day, manager_id, share
FROM shares ANTI JOIN presence USING (manager_id)
UNION ALL
SELECT account_id, customer_id, product,
       greatest(shares.from_day, presence.from_day), least(shares.to_day, presence.to_day),
       CASE WHEN on_duty THEN manager_id END, share
FROM shares JOIN presence USING (manager_id)
WHERE shares.from_day < presence.to_day AND presence.from_day < shares.to_day;

CREATE VIEW customer_spans AS
SELECT customer_id, from_day, to_day, manager_id, share FROM spans WHERE account_id = -1 AND product = -1;

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
