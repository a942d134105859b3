-- Who serves whom on {day}: the members of every team of a customer, of one of its accounts or of one of its products.
SELECT customer_id, manager_id
FROM spans
WHERE customer_id <> -1 AND from_day <= {day} AND to_day > {day} AND manager_id IS NOT NULL
UNION
SELECT o.customer_id, s.manager_id
FROM spans s JOIN opened o ON o.account_id = s.account_id
WHERE s.account_id <> -1 AND s.from_day <= {day} AND s.to_day > {day} AND s.manager_id IS NOT NULL
