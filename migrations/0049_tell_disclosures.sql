-- What leaves the service to somebody outside of it: what was disclosed, and who may
-- be given a token or is told by a webhook. The officer records both, and the page
-- without login lists them.

CREATE TYPE rounds.disclosure_recipient AS ENUM (
    'court', 'prosecutor', 'police', 'civil_protection', 'health_authority', 'social_services', 'supervisory_authority', 'other_authority');
CREATE TYPE rounds.disclosure_basis AS ENUM ('court_order', 'statutory_duty', 'danger_to_life', 'consent_given');
CREATE TYPE rounds.disclosure_content AS ENUM ('addresses', 'planned_visits', 'hazards', 'support_wanted', 'sums', 'audit_log');

-- One kind of data that one authority was given once: neither whom it was about nor in
-- which words it was asked for. A mistake stays, and the
-- right row stands beside it: the record is of no use to who could take from it.
CREATE TABLE rounds.disclosures (
    id          uuid PRIMARY KEY,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    made_on     date NOT NULL,
    recipient   rounds.disclosure_recipient NOT NULL,
    basis       rounds.disclosure_basis NOT NULL,
    content     rounds.disclosure_content NOT NULL,
    places      integer NOT NULL CHECK (places >= 0),
    recorded_by uuid NOT NULL DEFAULT rounds.principal_account() REFERENCES rounds.accounts,
    recorded_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX disclosures_made_on ON rounds.disclosures (made_on);
ALTER TABLE rounds.disclosures ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.disclosures FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (id, area_id, made_on, recipient, basis, content, places) ON rounds.disclosures TO rounds_app;
CREATE POLICY read ON rounds.disclosures FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'dpo' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY add ON rounds.disclosures FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'dpo' AND area_id IN (SELECT rounds.granted_areas()) AND made_on <= rounds.today());

-- Who may have what leaves by itself: a host, never a person. A receiver has one purpose
-- and one area and ends by itself after 90 days.
CREATE DOMAIN rounds.host_name AS text COLLATE "C"
    CHECK (VALUE ~ '^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$' AND length(VALUE) <= 253 AND VALUE !~ '[0-9]{9}');
CREATE TYPE rounds.receiver_kind AS ENUM ('token', 'webhook');
CREATE TABLE rounds.receivers (
    id          uuid PRIMARY KEY,
    kind        rounds.receiver_kind NOT NULL,
    host        rounds.host_name NOT NULL,
    purpose     rounds.purpose NOT NULL,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    daily_rows  integer NOT NULL CHECK (daily_rows BETWEEN 1 AND 1000000),
    approved_by uuid NOT NULL DEFAULT rounds.principal_account() REFERENCES rounds.accounts,
    approved_on date NOT NULL DEFAULT rounds.today(),
    ends_on     date NOT NULL,
    CONSTRAINT receivers_90_days CHECK (ends_on BETWEEN approved_on AND approved_on + 90)
);
ALTER TABLE rounds.receivers ENABLE ROW LEVEL SECURITY;
ALTER TABLE rounds.receivers FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT (id, kind, host, purpose, area_id, daily_rows, ends_on) ON rounds.receivers TO rounds_app;
CREATE POLICY read ON rounds.receivers FOR SELECT TO rounds_app USING (
    (SELECT rounds.principal_role()) = 'dpo' AND area_id IN (SELECT rounds.granted_areas()));
CREATE POLICY add ON rounds.receivers FOR INSERT TO rounds_app WITH CHECK (
    (SELECT rounds.principal_role()) = 'dpo' AND area_id IN (SELECT rounds.granted_areas()));
-- Sooner, never later.
CREATE FUNCTION rounds.end_receiver(the_receiver uuid) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.receivers r SET ends_on = rounds.today()
    WHERE r.id = the_receiver AND rounds.principal_role() = 'dpo' AND r.area_id IN (SELECT rounds.granted_areas()) AND r.ends_on > rounds.today();
    RETURN FOUND;
END
$$;

-- A disclosure is told by its month and without its area, a few places as a few: else it
-- would say about whom it was.
CREATE FUNCTION rounds.public_disclosures(the_day date) RETURNS TABLE (
        month date, recipient rounds.disclosure_recipient, basis rounds.disclosure_basis, content rounds.disclosure_content, places integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT date_trunc('month', d.made_on)::date, d.recipient, d.basis, d.content, CASE WHEN d.places >= 10 THEN d.places END
    FROM rounds.disclosures d WHERE d.made_on > the_day - 731 ORDER BY 1 DESC, d.recipient, d.basis, d.content, d.id
$$;
CREATE FUNCTION rounds.public_receivers(the_day date) RETURNS TABLE (
        kind rounds.receiver_kind, host text, purpose rounds.purpose, area text, area_zh text, daily_rows integer, since date, until date)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT r.kind, r.host, r.purpose, a.name, a.name_zh, r.daily_rows, r.approved_on, r.ends_on
    FROM rounds.receivers r JOIN rounds.areas a ON a.id = r.area_id
    WHERE r.ends_on > the_day ORDER BY r.host, r.kind, r.id
$$;
REVOKE EXECUTE ON FUNCTION rounds.end_receiver(uuid), rounds.public_disclosures(date), rounds.public_receivers(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.end_receiver(uuid), rounds.public_disclosures(date), rounds.public_receivers(date) TO rounds_app;
