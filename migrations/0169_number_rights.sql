-- What somebody may see is asked with every tile. The service remembers the answer for as
-- long as this number stays: it is raised by each commit that gives or takes a right, so that
-- one look at one row says whether what is remembered still holds.
CREATE TABLE rounds.rights (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL DEFAULT 1
);
INSERT INTO rounds.rights DEFAULT VALUES;
ALTER TABLE rounds.rights ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.rights FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.rights TO rounds_app;
CREATE POLICY read ON rounds.rights FOR SELECT TO rounds_app USING (true);

-- Once in a transaction, and at its end: others who change rights wait for the commit alone,
-- not for a long import.
CREATE FUNCTION rounds.number_rights() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    this text := pg_current_xact_id()::text;
BEGIN
    IF current_setting('rounds.rights_numbered', true) IS DISTINCT FROM this THEN
        UPDATE rounds.rights SET version = version + 1;
        PERFORM set_config('rounds.rights_numbered', this, true);
    END IF;
    RETURN NULL;
END
$$;

CREATE CONSTRAINT TRIGGER grants_number_rights AFTER INSERT OR UPDATE OR DELETE ON rounds.grants
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
-- That somebody signs in takes nothing from anybody, nor does that a session was used.
CREATE CONSTRAINT TRIGGER sessions_number_rights AFTER DELETE OR UPDATE OF account_id, role, means, expires_at ON rounds.sessions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
CREATE CONSTRAINT TRIGGER accounts_number_rights AFTER DELETE OR UPDATE OF disabled_at ON rounds.accounts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
CREATE CONSTRAINT TRIGGER rounds_number_rights AFTER INSERT OR DELETE OR UPDATE OF area_id, purpose, starts_on, closed_at ON rounds.rounds
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
CREATE CONSTRAINT TRIGGER round_areas_number_rights AFTER INSERT OR UPDATE OR DELETE ON rounds.round_areas
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
CREATE CONSTRAINT TRIGGER area_paths_number_rights AFTER INSERT OR UPDATE OR DELETE ON rounds.area_paths
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
