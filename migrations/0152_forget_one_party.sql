-- A party of a dispute has a code of its own: whoever brings it follows the dispute's
-- stage and takes back what is kept of that party. Who is removed stays removed after a
-- backup is restored.
ALTER TYPE rounds.erased_class ADD VALUE 'party';
ALTER TABLE sealed.parties ADD COLUMN receipt_hmac bytea CHECK (length(receipt_hmac) = 32);
CREATE UNIQUE INDEX parties_receipt ON sealed.parties (receipt_hmac);
GRANT UPDATE (receipt_hmac) ON sealed.parties TO rounds_app;

-- The ledger has a digest of the row's random id, which says nothing of who it was. What
-- a clock deletes needs no line: the clock deletes it again.
CREATE FUNCTION rounds.enter_removed_party() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF coalesce(rounds.principal_role(), '') <> 'service:retention' THEN
        PERFORM pg_advisory_xact_lock_shared(125823037105155); -- that of rounds.enter_refusal
        INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('party', sha256(uuid_send(OLD.id)), rounds.today()) ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER parties_removed AFTER DELETE ON sealed.parties FOR EACH ROW EXECUTE FUNCTION rounds.enter_removed_party();

-- The signature goes with who signed; the copy on paper is theirs.
CREATE FUNCTION rounds.forget_party(the_party uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    DELETE FROM sealed.signatures WHERE party_id = the_party;
    DELETE FROM sealed.parties WHERE id = the_party
$$;
CREATE FUNCTION rounds.forget_parties_again(digests bytea[]) RETURNS integer
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT count(*)::integer FROM (SELECT rounds.forget_party(p.id), p.id FROM sealed.parties p
        WHERE rounds.principal_role() = 'service:retention' AND sha256(uuid_send(p.id)) = ANY (digests)) gone
$$;

CREATE OR REPLACE FUNCTION rounds.follow_report(the_receipt bytea) RETURNS TABLE (stage rounds.report_stage, since date, due_on date, confirm_by date, may_answer boolean)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT CASE
            WHEN i.state = 'closed' THEN 'closed'
            WHEN i.kind = 'dispute' AND i.confirmed_on IS NULL THEN 'to_confirm'
            WHEN c.stage IN ('triaged', 'assigned', 'paused') THEN 'in_hand'
            ELSE 'received'
        END::rounds.report_stage,
        coalesce(i.closed_on, i.confirmed_on, i.reported_on), i.due_on,
        CASE WHEN i.kind = 'dispute' AND i.state = 'open' AND i.confirmed_on IS NULL THEN i.asked_on + 30 END,
        i.state = 'closed' AND NOT i.answered
    FROM rounds.incidents i LEFT JOIN rounds.cases c ON c.incident_id = coalesce(i.merged_into, i.id)
    WHERE i.receipt_hmac = the_receipt AND rounds.principal_role() = 'service:resident'
    UNION ALL
    SELECT CASE WHEN c.over_on IS NOT NULL THEN 'closed' ELSE 'in_hand' END::rounds.report_stage, coalesce(c.over_on, c.opened_on), c.due_on, NULL, false
    FROM sealed.parties p JOIN rounds.cases c ON c.id = p.case_id
    WHERE p.receipt_hmac = the_receipt AND rounds.principal_role() = 'service:resident'
$$;
CREATE OR REPLACE FUNCTION rounds.withdraw_report(the_receipt bytea) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    party uuid;
BEGIN
    IF rounds.principal_role() <> 'service:resident' THEN
        RETURN false;
    END IF;
    IF rounds.take_back(the_receipt) THEN
        PERFORM pg_advisory_xact_lock_shared(125823037105155); -- that of rounds.enter_refusal
        INSERT INTO rounds.erasures (class, digest, erased_on) VALUES ('report', the_receipt, rounds.today()) ON CONFLICT DO NOTHING;
        RETURN true;
    END IF;
    SELECT p.id INTO party FROM sealed.parties p WHERE p.receipt_hmac = the_receipt FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM rounds.forget_party(party);
    RETURN true;
END
$$;
CREATE OR REPLACE FUNCTION rounds.sweep_erasures(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.erasures WHERE number IN (
        SELECT e.number FROM rounds.erasures e
        WHERE e.class <> 'place' AND e.erased_on < rounds.over_before('erasures', now)::date LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.enter_removed_party(), rounds.forget_party(uuid), rounds.forget_parties_again(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.forget_parties_again(bytea[]) TO rounds_app;
