-- The base contribution (schemes 1): a business brings what it earned in the calendar year before, split by the days
-- on which each manager serves it now. So each manager "holds" the whole year before, with share x days as the share.

CREATE OR REPLACE VIEW customer_holds AS
SELECT customer_id, {first} AS from_day, {end} AS to_day, manager_id,
       sum(share * (least(to_day, {serving_end}) - greatest(from_day, {serving_start})))::BIGINT AS share
FROM customer_spans WHERE from_day < {serving_end} AND to_day > {serving_start}
GROUP BY customer_id, manager_id;

CREATE OR REPLACE VIEW account_holds AS
SELECT account_id, {first} AS from_day, {end} AS to_day, manager_id,
       sum(share * (least(to_day, {serving_end}) - greatest(from_day, {serving_start})))::BIGINT AS share
FROM narrow_spans WHERE account_id <> -1 AND from_day < {serving_end} AND to_day > {serving_start}
GROUP BY account_id, manager_id;

CREATE OR REPLACE VIEW stray_holds AS
SELECT pair, {first} AS from_day, {end} AS to_day, manager_id,
       sum(share * (least(to_day, {serving_end}) - greatest(from_day, {serving_start})))::BIGINT AS share
FROM narrow_spans SEMI JOIN stray_pairs USING (pair)
WHERE from_day < {serving_end} AND to_day > {serving_start}
GROUP BY pair, manager_id;

-- A flow without an account belongs to the customer itself, whatever its path.
CREATE OR REPLACE VIEW path_holds AS
SELECT -1 AS pair, {first} AS from_day, {end} AS to_day, -1 AS manager_id, 0 AS share WHERE false;
