-- Mediation: the parties of a dispute, when they met, what they agreed and their
-- signatures, in a schema of its own. All that says who is encrypted with a key of the
-- case, which is kept wrapped for each named mediator, with keys outside the database; and
-- nobody but those mediators reads a row.

ALTER TYPE rounds.read_kind ADD VALUE 'mediation';
ALTER TYPE rounds.read_kind ADD VALUE 'agreement';

CREATE TYPE rounds.party_side AS ENUM ('asked', 'invited');
CREATE TYPE rounds.meeting_place AS ENUM ('office', 'committee_room', 'public_room', 'phone', 'video');
CREATE TYPE rounds.meeting_role AS ENUM ('party_asked', 'party_invited', 'mediator', 'second_mediator', 'interpreter', 'companion', 'legal_adviser', 'expert');
CREATE TYPE rounds.meeting_result AS ENUM ('goes_on', 'agreement', 'no_agreement', 'party_absent', 'withdrawn');

CREATE SCHEMA sealed;
GRANT USAGE ON SCHEMA sealed TO rounds_app;

-- The disputes that the principal mediates.
CREATE FUNCTION rounds.own_disputes() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT h.case_id FROM rounds.dispute_handlers h JOIN rounds.cases c ON c.id = h.case_id
    WHERE rounds.principal_role() = 'case_handler' AND h.account_id = rounds.principal_account() AND h.ended_on IS NULL
        AND c.area_id IN (SELECT rounds.granted_areas())
$$;
-- Those that are not over.
CREATE FUNCTION rounds.own_open_disputes() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT d FROM rounds.own_disputes() d JOIN rounds.cases c ON c.id = d WHERE c.over_on IS NULL
$$;

CREATE TABLE sealed.case_keys (
    case_id    uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES rounds.accounts,
    wrapped    bytea NOT NULL CHECK (length(wrapped) = 60),
    PRIMARY KEY (case_id, account_id)
);
CREATE INDEX case_keys_account_id ON sealed.case_keys (account_id);

CREATE TABLE sealed.parties (
    id      uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    side    rounds.party_side NOT NULL,
    -- Name and contact.
    person  bytea NOT NULL CHECK (length(person) = 476),
    UNIQUE (id, case_id)
);
CREATE INDEX parties_case_id ON sealed.parties (case_id);

CREATE TABLE sealed.meetings (
    id      uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    held_on date NOT NULL,
    place   rounds.meeting_place NOT NULL,
    result  rounds.meeting_result NOT NULL
);
CREATE INDEX meetings_case_id ON sealed.meetings (case_id);
CREATE TABLE sealed.meeting_presence (
    meeting_id uuid NOT NULL REFERENCES sealed.meetings ON DELETE CASCADE,
    role       rounds.meeting_role NOT NULL,
    PRIMARY KEY (meeting_id, role)
);
CREATE TABLE sealed.meeting_notes (
    meeting_id uuid PRIMARY KEY REFERENCES sealed.meetings ON DELETE CASCADE,
    note       bytea NOT NULL CHECK (length(note) = 2076)
);

-- What was agreed, term by term: each is a note like that of a session, and stays as it is
-- once somebody has signed. The parties have copies.
CREATE TABLE sealed.agreements (
    id        uuid PRIMARY KEY,
    case_id   uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    agreed_on date NOT NULL,
    UNIQUE (id, case_id)
);
CREATE UNIQUE INDEX agreements_one ON sealed.agreements (case_id);
CREATE TABLE sealed.agreement_terms (
    agreement_id uuid NOT NULL REFERENCES sealed.agreements ON DELETE CASCADE,
    seq          smallint NOT NULL CHECK (seq BETWEEN 1 AND 12),
    term         bytea NOT NULL CHECK (length(term) = 2076),
    PRIMARY KEY (agreement_id, seq)
);
-- Drawn on the screen by a party or by a mediator, who then has no party.
CREATE TABLE sealed.signatures (
    id           uuid PRIMARY KEY,
    agreement_id uuid NOT NULL,
    case_id      uuid NOT NULL REFERENCES rounds.cases ON DELETE CASCADE,
    party_id     uuid,
    account_id   uuid REFERENCES rounds.accounts,
    signed_on    date NOT NULL DEFAULT rounds.today(),
    strokes      bytea NOT NULL CHECK (length(strokes) = 8220),
    FOREIGN KEY (agreement_id, case_id) REFERENCES sealed.agreements (id, case_id) ON DELETE CASCADE,
    FOREIGN KEY (party_id, case_id) REFERENCES sealed.parties (id, case_id),
    CONSTRAINT signatures_who CHECK ((party_id IS NULL) <> (account_id IS NULL))
);
CREATE UNIQUE INDEX signatures_party ON sealed.signatures (agreement_id, party_id);
CREATE UNIQUE INDEX signatures_account ON sealed.signatures (agreement_id, account_id);
CREATE INDEX signatures_account_id ON sealed.signatures (account_id) WHERE account_id IS NOT NULL;

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['case_keys', 'parties', 'meetings', 'meeting_presence', 'meeting_notes', 'agreements', 'agreement_terms', 'signatures'] LOOP
        EXECUTE format('ALTER TABLE sealed.%I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('GRANT SELECT ON sealed.%I TO rounds_app', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['parties', 'meetings', 'agreements', 'signatures'] LOOP
        EXECUTE format('GRANT INSERT ON sealed.%I TO rounds_app', t);
        EXECUTE format('CREATE POLICY read ON sealed.%I FOR SELECT TO rounds_app USING (case_id IN (SELECT rounds.own_disputes()))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['meeting_presence', 'meeting_notes', 'agreement_terms'] LOOP
        EXECUTE format('GRANT INSERT ON sealed.%I TO rounds_app', t);
    END LOOP;
END
$$;
CREATE POLICY read ON sealed.case_keys FOR SELECT TO rounds_app USING (
    account_id = (SELECT rounds.principal_account()) AND case_id IN (SELECT rounds.own_disputes()));
CREATE POLICY add ON sealed.parties FOR INSERT TO rounds_app WITH CHECK (case_id IN (SELECT rounds.own_open_disputes()));
GRANT UPDATE (side, person), DELETE ON sealed.parties TO rounds_app;
CREATE POLICY change ON sealed.parties FOR UPDATE TO rounds_app USING (case_id IN (SELECT rounds.own_open_disputes()));
CREATE POLICY remove ON sealed.parties FOR DELETE TO rounds_app USING (case_id IN (SELECT rounds.own_open_disputes()));
CREATE POLICY add ON sealed.meetings FOR INSERT TO rounds_app WITH CHECK (case_id IN (SELECT rounds.own_open_disputes()));
CREATE POLICY read ON sealed.meeting_presence FOR SELECT TO rounds_app USING (meeting_id IN (SELECT s.id FROM sealed.meetings s));
CREATE POLICY add ON sealed.meeting_presence FOR INSERT TO rounds_app WITH CHECK (meeting_id IN (SELECT s.id FROM sealed.meetings s));
CREATE POLICY read ON sealed.meeting_notes FOR SELECT TO rounds_app USING (meeting_id IN (SELECT s.id FROM sealed.meetings s));
CREATE POLICY add ON sealed.meeting_notes FOR INSERT TO rounds_app WITH CHECK (meeting_id IN (SELECT s.id FROM sealed.meetings s));
CREATE POLICY add ON sealed.agreements FOR INSERT TO rounds_app WITH CHECK (case_id IN (SELECT rounds.own_open_disputes()));
GRANT DELETE ON sealed.agreements TO rounds_app;
CREATE POLICY remove ON sealed.agreements FOR DELETE TO rounds_app USING (
    case_id IN (SELECT rounds.own_open_disputes()) AND NOT EXISTS (SELECT FROM sealed.signatures s WHERE s.agreement_id = agreements.id));
CREATE POLICY read ON sealed.agreement_terms FOR SELECT TO rounds_app USING (agreement_id IN (SELECT a.id FROM sealed.agreements a));
CREATE POLICY add ON sealed.agreement_terms FOR INSERT TO rounds_app WITH CHECK (
    agreement_id IN (SELECT a.id FROM sealed.agreements a WHERE NOT EXISTS (SELECT FROM sealed.signatures s WHERE s.agreement_id = a.id)));
-- A mediator signs for nobody but themselves.
CREATE POLICY add ON sealed.signatures FOR INSERT TO rounds_app WITH CHECK (
    case_id IN (SELECT rounds.own_open_disputes()) AND (account_id IS NULL OR account_id = (SELECT rounds.principal_account())));

-- A wrapped key of a dispute, for whoever just named a mediator and wraps it again; with
-- it alone nothing is read. No row: nobody had it, a new one is made.
CREATE FUNCTION rounds.key_to_hand(the_case uuid) RETURNS TABLE (account_id uuid, wrapped bytea)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT k.account_id, k.wrapped FROM sealed.case_keys k
    WHERE k.case_id = the_case AND EXISTS (
        SELECT FROM rounds.dispute_handlers h WHERE h.case_id = the_case AND h.named_by = rounds.principal_account() AND h.ended_on IS NULL
            AND NOT EXISTS (SELECT FROM sealed.case_keys o WHERE o.case_id = the_case AND o.account_id = h.account_id))
    ORDER BY k.account_id LIMIT 1
$$;
-- Keeps the key for somebody whom the principal named, and forgets it for all who are no
-- longer named.
CREATE FUNCTION rounds.hand_key(the_case uuid, the_account uuid, the_wrapped bytea) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM rounds.dispute_handlers h
        WHERE h.case_id = the_case AND h.account_id = the_account AND h.named_by = rounds.principal_account() AND h.ended_on IS NULL) THEN
        RAISE EXCEPTION 'they were not named' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO sealed.case_keys (case_id, account_id, wrapped) VALUES (the_case, the_account, the_wrapped) ON CONFLICT DO NOTHING;
    DELETE FROM sealed.case_keys k WHERE k.case_id = the_case AND NOT EXISTS (
        SELECT FROM rounds.dispute_handlers h WHERE h.case_id = the_case AND h.account_id = k.account_id AND h.ended_on IS NULL);
END
$$;

-- Without the key nothing opens that a backup may still have.
CREATE FUNCTION rounds.forget_parties(the_case uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    DELETE FROM sealed.agreements WHERE case_id = the_case;
    DELETE FROM sealed.meetings WHERE case_id = the_case;
    DELETE FROM sealed.parties WHERE case_id = the_case;
    DELETE FROM sealed.case_keys WHERE case_id = the_case
$$;
-- Whoever asked takes the whole matter back, with the code.
CREATE FUNCTION rounds.forget_with_receipt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM rounds.forget_parties(NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER incidents_forget AFTER UPDATE OF receipt_hmac ON rounds.incidents FOR EACH ROW
    WHEN (NEW.kind = 'dispute' AND NEW.receipt_hmac IS NULL AND OLD.receipt_hmac IS NOT NULL) EXECUTE FUNCTION rounds.forget_with_receipt();

INSERT INTO rounds.retention (class, age, action) VALUES
    ('mediation_notes', '90 days', 'delete'),    -- notes and agreements, after the dispute was closed
    ('dispute_parties', '12 months', 'delete');  -- after that too, with the key
CREATE FUNCTION rounds.sweep_mediation_notes(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    notes integer;
    papers integer;
BEGIN
    DELETE FROM sealed.meeting_notes WHERE meeting_id IN (
        SELECT n.meeting_id FROM sealed.meeting_notes n JOIN sealed.meetings s ON s.id = n.meeting_id JOIN rounds.cases c ON c.id = s.case_id
        WHERE c.over_on < rounds.over_before('mediation_notes', now)::date LIMIT batch);
    GET DIAGNOSTICS notes = ROW_COUNT;
    DELETE FROM sealed.agreements WHERE id IN (
        SELECT a.id FROM sealed.agreements a JOIN rounds.cases c ON c.id = a.case_id
        WHERE c.over_on < rounds.over_before('mediation_notes', now)::date LIMIT batch - notes);
    GET DIAGNOSTICS papers = ROW_COUNT;
    RETURN notes + papers;
END
$$;
CREATE FUNCTION rounds.sweep_dispute_parties(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    SELECT count(rounds.forget_parties(d.case_id)) INTO gone FROM (
        SELECT DISTINCT k.case_id FROM sealed.case_keys k JOIN rounds.cases c ON c.id = k.case_id
        WHERE c.over_on < rounds.over_before('dispute_parties', now)::date LIMIT batch) d;
    RETURN gone;
END
$$;

REVOKE EXECUTE ON FUNCTION rounds.own_disputes(), rounds.own_open_disputes(), rounds.key_to_hand(uuid), rounds.hand_key(uuid, uuid, bytea), rounds.forget_parties(uuid),
    rounds.forget_with_receipt(), rounds.sweep_mediation_notes(timestamptz, integer), rounds.sweep_dispute_parties(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.own_disputes(), rounds.own_open_disputes(), rounds.key_to_hand(uuid), rounds.hand_key(uuid, uuid, bytea),
    rounds.sweep_mediation_notes(timestamptz, integer), rounds.sweep_dispute_parties(timestamptz, integer) TO rounds_app;
