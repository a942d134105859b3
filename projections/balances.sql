-- Balance measures: a posting of d stays on the account to the end of every step that it meets, so it earns
-- d x share x (running sum at the step's end - running sum where it entered the step). One join, one GROUP BY.
SELECT {keys}, {sums}
FROM postings p
JOIN steps s ON s.account_id = p.account_id AND p.day < s.to_day
JOIN calendar c ON c.cell = s.cell + (greatest(p.day, s.from_day) - {first})
WHERE p.day < {end} AND s.pool > 0 {only}
GROUP BY ALL
