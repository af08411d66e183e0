-- Pictures of hazards and services, by random names; the files lie in the data
-- folder as photos/<id>.jpg. Whoever sees the incident sees its picture.

CREATE TABLE rounds.photos (
    incident_id uuid PRIMARY KEY REFERENCES rounds.incidents ON DELETE CASCADE,
    id          uuid NOT NULL UNIQUE,
    bytes       integer NOT NULL CHECK (bytes > 0)
);
ALTER TABLE rounds.photos ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.photos FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (id, bytes) ON rounds.photos TO rounds_app;
CREATE POLICY read ON rounds.photos FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:retention'
    OR ((SELECT rounds.principal_role()) IN ('worker', 'supervisor', 'case_handler', 'analyst')
        AND incident_id IN (SELECT i.id FROM rounds.incidents i)));
-- Of an open matter alone, by who may report one there.
CREATE POLICY add ON rounds.photos FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) IN ('worker', 'supervisor')
    AND incident_id IN (SELECT i.id FROM rounds.incidents i WHERE i.state = 'open'));
CREATE POLICY change ON rounds.photos FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) IN ('worker', 'supervisor')
    AND incident_id IN (SELECT i.id FROM rounds.incidents i WHERE i.state = 'open'));

-- Gone 30 days after the matter was closed; the service removes files without a row.
INSERT INTO rounds.retention (class, age, action) VALUES ('photos', '30 days', 'delete');
CREATE FUNCTION rounds.sweep_photos(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.photos WHERE incident_id IN (
        SELECT p.incident_id FROM rounds.photos p JOIN rounds.incidents i ON i.id = p.incident_id
        WHERE i.closed_on < rounds.over_before('photos', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_photos(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_photos(timestamptz, integer) TO rounds_app;
