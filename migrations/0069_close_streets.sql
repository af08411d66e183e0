-- What a plan meets on its way: a worker who is there for a part of a day alone, and
-- streets that are closed for some days.
ALTER TABLE rounds.worker_days_off ADD COLUMN opens time, ADD COLUMN closes time,
    ADD CONSTRAINT worker_days_off_hours CHECK ((opens IS NULL) = (closes IS NULL) AND opens < closes);

CREATE TABLE rounds.closures (
    id        uuid PRIMARY KEY,
    area_id   uuid NOT NULL REFERENCES rounds.areas ON DELETE CASCADE,
    at        geometry(Point, 4326) NOT NULL,
    starts_on date NOT NULL,
    ends_on   date NOT NULL,
    CONSTRAINT closures_days CHECK (ends_on BETWEEN starts_on AND starts_on + 366)
);
-- Deleting an area finds its closures.
CREATE INDEX closures_area_id ON rounds.closures (area_id);
ALTER TABLE rounds.closures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON rounds.closures TO rounds_app;
CREATE POLICY read ON rounds.closures FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('service:planning', 'service:operator')
    OR (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY write ON rounds.closures TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()))
    WITH CHECK ((SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
