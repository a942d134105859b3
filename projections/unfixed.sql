-- A finding about no account: the first event of a currency that stands on a day before its first exchange rate.
SELECT 'fx.missing', min(m.position), m.currency, NULL, NULL
FROM (
    SELECT position, day, currency FROM events
    WHERE currency IS NOT NULL AND currency <> {home} AND type <> {fx_fixed} AND day < {end}
) m
LEFT JOIN (SELECT currency, min(day) AS first FROM events WHERE type = {fx_fixed} GROUP BY currency) f USING (currency)
WHERE m.day < coalesce(f.first, {dusk}) AND {start} < coalesce(f.first, {dusk})
GROUP BY m.currency
