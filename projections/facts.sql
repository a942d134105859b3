-- Facts: what holds from a day on, until the next fact of its kind. Few against the postings, so each kind becomes a
-- small table once, and only the accounts, scopes and managers whose facts ever change pass through a window.

CREATE TABLE openings AS
SELECT position, day, account_id, customer_id, product, currency, org_unit, rate
FROM events WHERE type = {account_opened};

CREATE TABLE reopened AS
SELECT account_id FROM openings GROUP BY account_id HAVING count(*) > 1;

-- The opening that stands: the earliest day, then the highest position. Later ones are a finding.
CREATE TABLE opened AS
SELECT account_id, customer_id, product, coalesce(currency, {home}) AS currency, org_unit, rate
FROM openings ANTI JOIN reopened USING (account_id)
UNION ALL
SELECT account_id, customer_id, product, coalesce(currency, {home}), org_unit, rate
FROM openings SEMI JOIN reopened USING (account_id)
QUALIFY row_number() OVER (PARTITION BY account_id ORDER BY day, position DESC) = 1;

-- Accounts that business speaks of and nobody opened: no customer, no product, the institution's currency.
CREATE TABLE strays AS
SELECT DISTINCT account_id
FROM events ANTI JOIN opened USING (account_id)
WHERE type IN ({on_accounts}) AND account_id IS NOT NULL;

CREATE TABLE rate_changes AS
SELECT position, day, account_id, rate FROM events WHERE type = {rate_changed};

CREATE TABLE repriced AS
SELECT account_id FROM rate_changes UNION SELECT account_id FROM reopened;

-- Rates of the accounts whose rate ever changes; before the first known one that first one holds.
CREATE TABLE rates AS
SELECT account_id,
       CASE WHEN row_number() OVER facts = 1 THEN {dawn} ELSE day END AS from_day,
       lead(day, 1, {dusk}) OVER facts AS to_day,
       rate
FROM (
    SELECT account_id, day, rate
    FROM (
        SELECT position, day, account_id, rate FROM rate_changes
        UNION ALL
        SELECT position, day, account_id, rate FROM openings SEMI JOIN repriced USING (account_id) WHERE rate IS NOT NULL
    )
    QUALIFY row_number() OVER (PARTITION BY account_id, day ORDER BY position DESC) = 1
)
WINDOW facts AS (PARTITION BY account_id ORDER BY day);

-- An account as its steps start: `rate` is the one it always has; a repriced account takes it from `rates`.
CREATE TABLE accounts AS
SELECT account_id, customer_id, product, currency, org_unit, rate, false AS repriced
FROM opened ANTI JOIN repriced USING (account_id)
UNION ALL
SELECT account_id, customer_id, product, currency, org_unit, NULL, true
FROM opened SEMI JOIN repriced USING (account_id)
UNION ALL
SELECT account_id, NULL, NULL, {home}, NULL, NULL, account_id IN (SELECT account_id FROM repriced)
FROM strays;

CREATE TABLE fixings AS
SELECT currency, day, exchange
FROM events WHERE type = {fx_fixed} AND currency <> {home}
QUALIFY row_number() OVER (PARTITION BY currency, day ORDER BY position DESC) = 1;

-- On duty or off, for the managers who ever left: they credit from the dawn of time until they leave.
CREATE TABLE presence AS
WITH stated AS (
    SELECT manager_id, day, type = {manager_appointed} AS on_duty
    FROM events WHERE type IN ({manager_appointed}, {manager_left})
    QUALIFY row_number() OVER (PARTITION BY manager_id, day ORDER BY position DESC) = 1
),
leavers AS (SELECT DISTINCT manager_id FROM stated WHERE NOT on_duty)
SELECT manager_id, day AS from_day, lead(day, 1, {dusk}) OVER (PARTITION BY manager_id ORDER BY day) AS to_day, on_duty
FROM stated SEMI JOIN leavers USING (manager_id)
UNION ALL
SELECT manager_id, {dawn}, min(day), true FROM stated SEMI JOIN leavers USING (manager_id) GROUP BY manager_id;
