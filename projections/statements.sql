-- Accounts that have statements: the few (or all) whose postings depend on each other.
CREATE TABLE stated_accounts AS SELECT DISTINCT account_id FROM events WHERE type = {balance_stated};
