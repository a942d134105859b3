-- The events of a log in which parts of managers (``parts``) stand in the place of managers: in every team, and in what
-- staffing says of the manager.
DROP SCHEMA IF EXISTS roles CASCADE;
CREATE SCHEMA roles;
CREATE TABLE roles.events AS
SELECT {columns} FROM events e WHERE type <> {assigned} OR len(team) = 0
UNION ALL BY NAME
SELECT {of_teams}
FROM events e
JOIN (
    SELECT position,
           list(struct_pack(manager_id := coalesce(code, member.manager_id), share := member.share, role := member.role))
           AS team
    FROM (
        SELECT position, member, {customer} AS whose
        FROM (SELECT position, customer_id, unnest(team) AS member FROM events WHERE type = {assigned})
    )
    LEFT JOIN parts
           ON manager = member.manager_id AND role = coalesce(member.role, -1) AND customer = whose
    GROUP BY position
) t USING (position)
UNION ALL BY NAME
SELECT {of_staffing}
FROM events e JOIN parts ON parts.manager = e.manager_id
WHERE type IN ({staffing});
