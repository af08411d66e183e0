-- The ledger keeps of a refusal its HMAC and no day; of a consent that ended its digest
-- as long as the stub, 24 months: a backup that is older has no consent that still runs.
ALTER TABLE rounds.erasures ALTER COLUMN erased_on DROP NOT NULL;
UPDATE rounds.erasures SET erased_on = NULL WHERE class = 'place';
ALTER TABLE rounds.erasures ADD CONSTRAINT erasures_day_of_consent CHECK ((class = 'place') = (erased_on IS NULL));

CREATE OR REPLACE FUNCTION rounds.enter_refusal() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    -- The ledger is copied under this lock, alone, so that no number is missed.
    PERFORM pg_advisory_xact_lock_shared(125823037105155); -- "rounds" and 3
    INSERT INTO rounds.erasures (class, digest) VALUES ('place', NEW.address_hmac) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

INSERT INTO rounds.retention (class, age, action) VALUES ('erasures', '24 months', 'delete');
CREATE FUNCTION rounds.sweep_erasures(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.erasures WHERE number IN (
        SELECT e.number FROM rounds.erasures e
        WHERE e.class = 'consent' AND e.erased_on < rounds.over_before('erasures', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_erasures(timestamptz, integer) FROM PUBLIC;
-- The file of the data folder ends its lines by the same clock.
GRANT EXECUTE ON FUNCTION rounds.sweep_erasures(timestamptz, integer), rounds.over_before(text, timestamptz) TO rounds_app;
