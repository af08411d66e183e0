-- What people who work here are told when they do not look: a digest each morning, and
-- what falls due. Whoever wants it says where to, and may take that back. A notice holds
-- an id and figures, and goes to each place once.

CREATE TYPE rounds.notice_kind AS ENUM ('digest', 'case_due', 'case_escalated');
CREATE TYPE rounds.notice_channel AS ENUM ('email', 'push');

CREATE TABLE rounds.notice_targets (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    channel    rounds.notice_channel NOT NULL,
    -- padded to 1024 bytes and sealed with a key that lies outside the database
    target     bytea NOT NULL CHECK (length(target) = 1052),
    added_at   timestamptz NOT NULL DEFAULT now(),
    -- Whose mailbox it is shows by a code that was sent there.
    code_hash  bytea CHECK (length(code_hash) = 32),
    tries      smallint NOT NULL DEFAULT 0 CHECK (tries BETWEEN 0 AND 5),
    CONSTRAINT notice_targets_code CHECK (channel = 'email' OR code_hash IS NULL)
);
CREATE INDEX notice_targets_account_id ON rounds.notice_targets (account_id);
CREATE UNIQUE INDEX notice_targets_email ON rounds.notice_targets (account_id) WHERE channel = 'email';

CREATE TABLE rounds.notices (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    kind       rounds.notice_kind NOT NULL,
    about      uuid,
    day        date NOT NULL,
    visits     integer CHECK (visits >= 0),
    today      integer CHECK (today >= 0),
    soon       integer CHECK (soon >= 0),
    breached   integer CHECK (breached >= 0),
    queued_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT notices_about CHECK ((kind = 'digest') = (about IS NULL)),
    CONSTRAINT notices_figures CHECK (num_nonnulls(visits, today, soon, breached) = CASE kind WHEN 'digest' THEN 4 ELSE 0 END)
);
CREATE INDEX notices_account_id ON rounds.notices (account_id);
CREATE INDEX notices_queued_at ON rounds.notices (queued_at);

CREATE TABLE rounds.notice_deliveries (
    id        uuid PRIMARY KEY,
    notice_id uuid NOT NULL REFERENCES rounds.notices ON DELETE CASCADE,
    target_id uuid NOT NULL REFERENCES rounds.notice_targets ON DELETE CASCADE,
    sent_at   timestamptz,
    UNIQUE (notice_id, target_id)
);
CREATE INDEX notice_deliveries_target_id ON rounds.notice_deliveries (target_id);

ALTER TABLE rounds.notice_targets ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.notice_targets FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON rounds.notice_targets TO rounds_app;
GRANT UPDATE (code_hash, tries) ON rounds.notice_targets TO rounds_app;
CREATE POLICY read ON rounds.notice_targets FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:notice' OR account_id = (SELECT rounds.principal_account()));
CREATE POLICY add ON rounds.notice_targets FOR INSERT TO rounds_app WITH CHECK (account_id = (SELECT rounds.principal_account()));
CREATE POLICY confirm ON rounds.notice_targets FOR UPDATE TO rounds_app USING (account_id = (SELECT rounds.principal_account()));
CREATE POLICY remove ON rounds.notice_targets FOR DELETE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'service:notice' OR account_id = (SELECT rounds.principal_account()));

ALTER TABLE rounds.notices ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.notices FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.notices TO rounds_app;
CREATE POLICY read ON rounds.notices FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:notice');
ALTER TABLE rounds.notice_deliveries ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.notice_deliveries FORCE ROW LEVEL SECURITY;
GRANT SELECT ON rounds.notice_deliveries TO rounds_app;
GRANT UPDATE (sent_at) ON rounds.notice_deliveries TO rounds_app;
CREATE POLICY read ON rounds.notice_deliveries FOR SELECT TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:notice');
CREATE POLICY send ON rounds.notice_deliveries FOR UPDATE TO rounds_app USING ((SELECT rounds.principal_role()) = 'service:notice');

-- Whoever finds that an account is to be told of something queues a notice with the
-- change that it is about. The same of a day again is none. What is given are the
-- deliveries to make: one for each place that the account chose.
CREATE FUNCTION rounds.queue_notice(the_account uuid, the_kind rounds.notice_kind, the_about uuid, the_day date,
        the_visits integer, the_today integer, the_soon integer, the_breached integer) RETURNS SETOF uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    the_id uuid := md5(concat_ws('|', the_account, the_kind, the_about, the_day))::uuid;
BEGIN
    IF coalesce(rounds.principal_role(), '') = '' OR NOT EXISTS (
        SELECT FROM rounds.notice_targets t JOIN rounds.accounts a ON a.id = t.account_id
        WHERE t.account_id = the_account AND t.code_hash IS NULL AND a.disabled_at IS NULL) THEN
        RETURN;
    END IF;
    INSERT INTO rounds.notices (id, account_id, kind, about, day, visits, today, soon, breached)
    VALUES (the_id, the_account, the_kind, the_about, the_day, the_visits, the_today, the_soon, the_breached)
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        RETURN QUERY INSERT INTO rounds.notice_deliveries (id, notice_id, target_id)
            SELECT gen_random_uuid(), the_id, t.id FROM rounds.notice_targets t
            WHERE t.account_id = the_account AND t.code_hash IS NULL RETURNING id;
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.queue_notice(uuid, rounds.notice_kind, uuid, date, integer, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.queue_notice(uuid, rounds.notice_kind, uuid, date, integer, integer, integer, integer) TO rounds_app;

-- Whom a notice goes to, in which language.
CREATE FUNCTION rounds.notice_language(the_account uuid) RETURNS rounds.language
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT a.language FROM rounds.accounts a
    WHERE a.id = the_account AND a.disabled_at IS NULL AND rounds.principal_role() = 'service:notice'
$$;
REVOKE EXECUTE ON FUNCTION rounds.notice_language(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.notice_language(uuid) TO rounds_app;

INSERT INTO rounds.retention (class, age, action) VALUES ('notices', '30 days', 'delete'); -- after they were queued
CREATE FUNCTION rounds.sweep_notices(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
    more integer;
BEGIN
    DELETE FROM rounds.notices WHERE id IN (
        SELECT n.id FROM rounds.notices n WHERE n.queued_at < rounds.over_before('notices', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    -- A mailbox that nobody confirmed.
    DELETE FROM rounds.notice_targets WHERE id IN (
        SELECT t.id FROM rounds.notice_targets t WHERE t.code_hash IS NOT NULL AND t.added_at < rounds.over_before('notices', now) LIMIT batch);
    GET DIAGNOSTICS more = ROW_COUNT;
    RETURN gone + more;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_notices(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_notices(timestamptz, integer) TO rounds_app;

-- Who loses the ways of signing in is told nothing more either.
CREATE OR REPLACE FUNCTION rounds.forget_credentials(the_account uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() IN ('administrator', 'service:login', 'service:operator') THEN
        UPDATE rounds.accounts SET password_hash = NULL WHERE id = the_account;
        DELETE FROM rounds.passkeys WHERE account_id = the_account;
        DELETE FROM rounds.identities WHERE account_id = the_account;
        DELETE FROM rounds.device_pins WHERE account_id = the_account;
        DELETE FROM rounds.notice_targets WHERE account_id = the_account;
        DELETE FROM rounds.sessions WHERE account_id = the_account;
    END IF;
END
$$;
