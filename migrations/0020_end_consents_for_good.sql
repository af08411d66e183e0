-- A phone that does not hear that its consent was kept sends it again; meanwhile the
-- resident may have withdrawn it. What has ended stays ended.
CREATE FUNCTION rounds.refuse_ended_consent() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM rounds.consent_stubs s WHERE s.pseudonym = NEW.receipt_hmac) THEN
        RAISE EXCEPTION 'the consent has ended' USING ERRCODE = 'check_violation', CONSTRAINT = 'consents_ended';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER consents_ended BEFORE INSERT ON rounds.consents FOR EACH ROW EXECUTE FUNCTION rounds.refuse_ended_consent();
REVOKE EXECUTE ON FUNCTION rounds.refuse_ended_consent() FROM PUBLIC;
