-- How each loan is classed, as spans over all time: "normal" (0) before the first classification.
CREATE TABLE stages AS
WITH stated AS (
    SELECT account_id, day, class
    FROM events WHERE type = {loan_classified}
    QUALIFY row_number() OVER (PARTITION BY account_id, day ORDER BY position DESC) = 1
)
SELECT account_id, day AS from_day, lead(day, 1, {dusk}) OVER (PARTITION BY account_id ORDER BY day) AS to_day,
       CASE class {severities} END AS stage
FROM stated
UNION ALL
SELECT account_id, {dawn}, min(day), 0 FROM stated GROUP BY account_id;
