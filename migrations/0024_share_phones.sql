-- A phone that several workers share: each signs in to it by a PIN of their own,
-- which is worth nothing elsewhere.

CREATE TABLE rounds.devices (
    id         uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    browser    rounds.browser NOT NULL,
    system     rounds.system NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE TABLE rounds.device_pins (
    device_id  uuid NOT NULL REFERENCES rounds.devices ON DELETE CASCADE,
    account_id uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    pin_hash   rounds.password_hash NOT NULL,
    tries_left smallint NOT NULL DEFAULT 5 CHECK (tries_left BETWEEN 0 AND 5),
    added_on   date NOT NULL DEFAULT current_date,
    PRIMARY KEY (device_id, account_id)
);
CREATE INDEX device_pins_account_id ON rounds.device_pins (account_id);

-- Five workers share a phone at most.
CREATE FUNCTION rounds.bound_device() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM FROM rounds.devices WHERE id = NEW.device_id FOR UPDATE;
    IF (SELECT count(*) FROM rounds.device_pins WHERE device_id = NEW.device_id AND account_id <> NEW.account_id) >= 5 THEN
        RAISE EXCEPTION 'five workers share a phone at most' USING ERRCODE = 'check_violation', CONSTRAINT = 'device_pins_five';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER device_pins_five BEFORE INSERT ON rounds.device_pins FOR EACH ROW EXECUTE FUNCTION rounds.bound_device();

-- A phone without a PIN is no shared phone.
CREATE FUNCTION rounds.forget_device() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    DELETE FROM rounds.devices d WHERE d.id = OLD.device_id AND NOT EXISTS (SELECT FROM rounds.device_pins p WHERE p.device_id = d.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER device_pins_last AFTER DELETE ON rounds.device_pins FOR EACH ROW EXECUTE FUNCTION rounds.forget_device();

ALTER TABLE rounds.devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.devices FORCE ROW LEVEL SECURITY;
ALTER TABLE rounds.device_pins ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.device_pins FORCE ROW LEVEL SECURITY;
REVOKE EXECUTE ON FUNCTION rounds.bound_device(), rounds.forget_device() FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON rounds.devices, rounds.device_pins TO rounds_app;
GRANT UPDATE (token_hash, expires_at) ON rounds.devices TO rounds_app;
GRANT UPDATE (pin_hash, tries_left, added_on) ON rounds.device_pins TO rounds_app;
CREATE POLICY login ON rounds.devices TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:login') WITH CHECK ((SELECT rounds.principal_role()) = 'service:login');
CREATE POLICY read ON rounds.devices FOR SELECT TO rounds_app USING (
    id IN (SELECT p.device_id FROM rounds.device_pins p WHERE p.account_id = (SELECT rounds.principal_account())));
CREATE POLICY login ON rounds.device_pins TO rounds_app
    USING ((SELECT rounds.principal_role()) = 'service:login') WITH CHECK ((SELECT rounds.principal_role()) = 'service:login');
CREATE POLICY read ON rounds.device_pins FOR SELECT TO rounds_app USING (account_id = (SELECT rounds.principal_account()));
CREATE POLICY remove ON rounds.device_pins FOR DELETE TO rounds_app USING (account_id = (SELECT rounds.principal_account()));

CREATE OR REPLACE FUNCTION rounds.forget_credentials(the_account uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() IN ('administrator', 'service:login', 'service:operator') THEN
        UPDATE rounds.accounts SET password_hash = NULL WHERE id = the_account;
        DELETE FROM rounds.passkeys WHERE account_id = the_account;
        DELETE FROM rounds.device_pins WHERE account_id = the_account;
        DELETE FROM rounds.sessions WHERE account_id = the_account;
    END IF;
END
$$;
