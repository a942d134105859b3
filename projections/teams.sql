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
