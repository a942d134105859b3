-- Who holds a business on the days of the request: the spans of its team, cut to [{first}, {end}).

CREATE OR REPLACE VIEW customer_holds AS
SELECT customer_id, greatest(from_day, {first}) AS from_day, least(to_day, {end}) AS to_day, manager_id, share
FROM customer_spans WHERE from_day < {end} AND to_day > {first};

CREATE OR REPLACE VIEW account_holds AS
SELECT account_id, greatest(from_day, {first}) AS from_day, least(to_day, {end}) AS to_day, manager_id, share
FROM narrow_spans WHERE account_id <> -1 AND from_day < {end} AND to_day > {first};

CREATE OR REPLACE VIEW stray_holds AS
SELECT pair, greatest(from_day, {first}) AS from_day, least(to_day, {end}) AS to_day, manager_id, share
FROM narrow_spans SEMI JOIN stray_pairs USING (pair) WHERE from_day < {end} AND to_day > {first};

CREATE OR REPLACE VIEW path_holds AS
SELECT pair, greatest(from_day, {first}) AS from_day, least(to_day, {end}) AS to_day, manager_id, share
FROM narrow_spans WHERE pair <> -1 AND from_day < {end} AND to_day > {first};
