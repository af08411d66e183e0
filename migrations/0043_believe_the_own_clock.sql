-- Sweeps of consents, door notes, pairs, timers and emergency openings go by the
-- database's own clock too, as all others do: a moment in the future that a caller
-- names makes nothing old. And clocks for what was left until it was used again:
-- links, shared phones and ceremonies of passkeys, once they are over.

INSERT INTO rounds.retention (class, age, action) VALUES
    ('links', '0', 'delete'),      -- after they expired
    ('devices', '0', 'delete'),    -- with their PINs, after they expired
    ('ceremonies', '0', 'delete'); -- spent ones, after they could be used again

CREATE FUNCTION rounds.sweep_links(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.links WHERE token_hash IN (
        SELECT l.token_hash FROM rounds.links l WHERE l.expires_at < rounds.over_before('links', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_devices(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.devices WHERE id IN (
        SELECT d.id FROM rounds.devices d WHERE d.expires_at < rounds.over_before('devices', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE FUNCTION rounds.sweep_ceremonies(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.spent_ceremonies WHERE ceremony_hash IN (
        SELECT s.ceremony_hash FROM rounds.spent_ceremonies s WHERE s.expires_at < rounds.over_before('ceremonies', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_consents(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consents WHERE id IN (
        SELECT c.id FROM rounds.consents c WHERE c.expires_on < rounds.over_before('consents', now)::date ORDER BY c.expires_on LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_support(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.support_wanted WHERE (consent_id, service) IN (
        SELECT s.consent_id, s.service FROM rounds.support_wanted s WHERE s.done_on < rounds.over_before('support', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_consent_stubs(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consent_stubs WHERE pseudonym IN (
        SELECT s.pseudonym FROM rounds.consent_stubs s WHERE s.ended_on < rounds.over_before('consent_stubs', now)::date ORDER BY s.ended_on LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_consent_tombstones(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.consent_tombstones WHERE (worker_id, consent_id) IN (
        SELECT t.worker_id, t.consent_id FROM rounds.consent_tombstones t WHERE t.ended_on < rounds.over_before('consent_tombstones', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_door_notes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.door_notes WHERE (household_id, note) IN (
        SELECT n.household_id, n.note FROM rounds.door_notes n WHERE n.seen_on < rounds.over_before('door_notes', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_pair_visits(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.pair_visits WHERE household_id IN (
        SELECT p.household_id FROM rounds.pair_visits p
        WHERE coalesce(p.ends_on, p.proposed_on + 14) < rounds.over_before('pair_visits', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_lone_timers(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.lone_timers WHERE account_id IN (
        SELECT t.account_id FROM rounds.lone_timers t WHERE t.lapses_at < rounds.over_before('lone_timers', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_emergency_openings(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.emergency_openings WHERE id IN (
        SELECT o.id FROM rounds.emergency_openings o
        WHERE o.closes_at < rounds.over_before('emergency_openings', now)
            -- One that nobody opened waits for 30 days.
            OR (o.closes_at IS NULL AND o.proposed_at < least(now, clock_timestamp()) - interval '30 days')
        LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION rounds.sweep_opening_households(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.opening_households WHERE (opening_id, household_id) IN (
        SELECT h.opening_id, h.household_id FROM rounds.opening_households h JOIN rounds.emergency_openings o ON o.id = h.opening_id
        WHERE o.closes_at < rounds.over_before('opening_households', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;

REVOKE EXECUTE ON FUNCTION rounds.sweep_links(timestamptz, integer), rounds.sweep_devices(timestamptz, integer), rounds.sweep_ceremonies(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_links(timestamptz, integer), rounds.sweep_devices(timestamptz, integer), rounds.sweep_ceremonies(timestamptz, integer) TO rounds_app;
