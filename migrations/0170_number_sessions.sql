-- A session is remembered whole, with when somebody signed in: whatever of it changes is
-- numbered, but that it was used.
DROP TRIGGER sessions_number_rights ON rounds.sessions;
CREATE CONSTRAINT TRIGGER sessions_number_rights AFTER DELETE OR UPDATE OF id, token_hash, account_id, role, means, browser, system, created_at, expires_at ON rounds.sessions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION rounds.number_rights();
