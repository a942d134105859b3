-- What `scopes` and `narrow` make, where every team is a customer's own: nothing is held by a narrower scope.

CREATE TABLE paths (pair BIGINT, customer_id INTEGER, path INTEGER);

CREATE TABLE stray_pairs (pair BIGINT, account_id INTEGER, customer_id INTEGER);

CREATE TABLE narrow (account_id INTEGER);

CREATE TABLE narrow_spans (
    account_id INTEGER, pair BIGINT, from_day DATE, to_day DATE, manager_id INTEGER, share INTEGER
);
