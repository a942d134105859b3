-- What came in ({after}, {until}], events and reversals of events, with the days that it reaches (engine/reach.py). Only
-- what may reach a day before {end}. `arrived` is where it came: a reversal stands for the event that it names.
CREATE OR REPLACE TABLE came AS
SELECT * FROM (
    SELECT position AS arrived, position, day, type, account_id, manager_id, period, rate
    FROM said WHERE position > {after} AND position <= {until}
    UNION ALL
    SELECT since, position, day, type, account_id, manager_id, period, rate
    FROM said JOIN reversed USING (position) SEMI JOIN (
        SELECT position AS since FROM said
        WHERE position > {after} AND position <= {until} AND type IN ({by_as_reversed})
    ) USING (since)
    WHERE since > position
)
WHERE type NOT IN ({by_never}, {by_as_reversed}) AND (day < {end} OR type NOT IN ({by_day}, {by_flow}));

-- An opening after another of an earlier day, and a rate after another of an earlier day, leave the days before alone.
CREATE OR REPLACE TABLE beginnings AS
WITH facts AS (
    SELECT account_id, position, day, type, rate
    FROM events SEMI JOIN (SELECT account_id FROM came WHERE type IN ({by_account})) USING (account_id)
    WHERE type IN ({by_account})
),
after_others AS (
    SELECT came.arrived, came.position,
           bool_or(facts.type = {account_opened}) AS opened, bool_or(facts.rate IS NOT NULL) AS rated
    FROM came JOIN facts ON facts.account_id = came.account_id AND facts.position < came.arrived
         AND facts.position <> came.position AND facts.day < came.day
    WHERE came.type IN ({by_account})
    GROUP BY came.arrived, came.position
)
SELECT arrived, position, account_id
FROM came ANTI JOIN (
    SELECT came.arrived, came.position FROM came JOIN after_others USING (arrived, position)
    WHERE (type <> {account_opened} OR opened) AND (rate IS NULL OR rated)
) USING (arrived, position)
WHERE type IN ({by_account});

-- First appointments, of managers who were never appointed before.
CREATE OR REPLACE TABLE newcomers AS
SELECT arrived, position, manager_id
FROM came ANTI JOIN (
    SELECT came.arrived, came.position
    FROM came JOIN events earlier ON earlier.manager_id = came.manager_id AND earlier.position < came.arrived
         AND earlier.position <> came.position AND earlier.type IN ({by_manager})
    WHERE came.type IN ({by_manager})
) USING (arrived, position)
WHERE type IN ({by_manager});

CREATE OR REPLACE TABLE reaches AS
WITH first_said AS (
    SELECT account_id, min(day) AS day
    FROM said SEMI JOIN beginnings USING (account_id) GROUP BY account_id
),
first_served AS (
    SELECT manager_id, min(day) AS day
    FROM (
        SELECT manager_id, day FROM said WHERE manager_id IS NOT NULL
        UNION ALL
        SELECT unnest(team).manager_id, day FROM said
        WHERE type = {customer_assigned} AND (SELECT count(*) FROM newcomers) > 0
    ) SEMI JOIN newcomers USING (manager_id)
    GROUP BY manager_id
)
SELECT came.arrived,
       CASE WHEN came.type IN ({by_always}) THEN {dawn}
            WHEN came.type IN ({by_period}) THEN periods.first
            ELSE least(came.day, periods.first, first_said.day, first_served.day) END AS first,
       CASE WHEN came.type IN ({by_period}) THEN periods.last
            WHEN came.type IN ({by_flow}) THEN came.day
            ELSE {dusk} END AS last
FROM came
LEFT JOIN periods ON periods.period = came.period AND came.type IN ({by_period}, {by_decision})
LEFT JOIN beginnings USING (arrived, position)
LEFT JOIN first_said ON first_said.account_id = beginnings.account_id
LEFT JOIN newcomers USING (arrived, position)
LEFT JOIN first_served ON first_served.manager_id = newcomers.manager_id;
