-- What supervisors tell the workers of their areas, and who understood it. A message is
-- about the work: it names no place, has 500 characters and goes after 30 days, with all
-- that is known of who read it.

ALTER TYPE rounds.read_kind ADD VALUE 'messages';
ALTER TYPE rounds.notice_kind ADD VALUE 'message';

CREATE TABLE rounds.messages (
    id         uuid PRIMARY KEY,
    area_id    uuid NOT NULL REFERENCES rounds.areas,
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    text       rounds.free_text NOT NULL,
    sent_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX messages_area_id ON rounds.messages (area_id);
CREATE INDEX messages_account_id ON rounds.messages (account_id);
CREATE INDEX messages_sent_at ON rounds.messages (sent_at);

CREATE TABLE rounds.message_receipts (
    message_id    uuid NOT NULL REFERENCES rounds.messages ON DELETE CASCADE,
    worker_id     uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    understood_at timestamptz,
    PRIMARY KEY (message_id, worker_id)
);
CREATE INDEX message_receipts_worker_id ON rounds.message_receipts (worker_id);

ALTER TABLE rounds.messages ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.message_receipts ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON rounds.messages TO rounds_app;
GRANT SELECT, INSERT ON rounds.message_receipts TO rounds_app;
GRANT UPDATE (understood_at) ON rounds.message_receipts TO rounds_app;

-- A supervisor sees a message where the own areas have it, of the receipts those of the own workers.
CREATE POLICY read ON rounds.message_receipts FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker())
    OR (SELECT rounds.principal_role()) = 'supervisor' AND worker_id IN (SELECT w.id FROM rounds.workers w));
CREATE POLICY read ON rounds.messages FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND id IN (SELECT r.message_id FROM rounds.message_receipts r)
    OR (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY send ON rounds.messages FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'supervisor' AND area_id IN (SELECT rounds.granted_areas())
    AND account_id = (SELECT rounds.principal_account()));
-- To whom it goes is settled when it is sent. A policy that looked into messages would look into itself.
CREATE FUNCTION rounds.is_sender(the_message uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT EXISTS (SELECT FROM rounds.messages m WHERE m.id = the_message AND m.account_id = rounds.principal_account())
$$;
REVOKE EXECUTE ON FUNCTION rounds.is_sender(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.is_sender(uuid) TO rounds_app;
CREATE POLICY send ON rounds.message_receipts FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'supervisor' AND understood_at IS NULL
    AND worker_id IN (SELECT w.id FROM rounds.workers w) AND rounds.is_sender(message_id));
CREATE POLICY understand ON rounds.message_receipts FOR UPDATE TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'worker' AND worker_id = (SELECT rounds.principal_worker()) AND understood_at IS NULL)
    WITH CHECK (true);

INSERT INTO rounds.retention (class, age, action) VALUES ('messages', '30 days', 'delete'); -- after they were sent
CREATE FUNCTION rounds.sweep_messages(now timestamptz, batch integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
DECLARE
    gone integer;
BEGIN
    DELETE FROM rounds.messages WHERE id IN (
        SELECT m.id FROM rounds.messages m WHERE m.sent_at < rounds.over_before('messages', now) LIMIT batch);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.sweep_messages(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.sweep_messages(timestamptz, integer) TO rounds_app;
