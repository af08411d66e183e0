-- Accounts, what they were granted, and the people who walk.

CREATE TYPE rounds.language AS ENUM ('en', 'zh-Hans');
CREATE DOMAIN rounds.login AS text CHECK (VALUE ~ '^[a-z0-9][a-z0-9._-]{1,31}$');
CREATE DOMAIN rounds.staff_name AS text CHECK (VALUE ~ '^[^[:cntrl:]]{1,80}$' AND VALUE !~ '[0-9]{9}');
CREATE DOMAIN rounds.worker_code AS text CHECK (VALUE ~ '^[A-Za-z0-9._-]{1,16}$' AND VALUE !~ '[0-9]{9}');
CREATE DOMAIN rounds.password_hash AS text CHECK (VALUE ~ '^\$argon2id\$[!-~]{1,160}$');

CREATE TABLE rounds.accounts (
    id            uuid PRIMARY KEY,
    login         rounds.login NOT NULL UNIQUE,
    name          rounds.staff_name NOT NULL,
    password_hash rounds.password_hash,
    language      rounds.language NOT NULL DEFAULT 'en',
    created_at    timestamptz NOT NULL DEFAULT now(),
    disabled_at   timestamptz
);

CREATE TABLE rounds.grants (
    id         uuid PRIMARY KEY,
    account_id uuid NOT NULL REFERENCES rounds.accounts,
    role       rounds.role NOT NULL,
    area_id    uuid REFERENCES rounds.areas,
    starts_at  timestamptz NOT NULL DEFAULT now(),
    ends_at    timestamptz NOT NULL,
    CHECK (ends_at > starts_at),
    CHECK (ends_at <= starts_at + interval '12 months'),
    -- An administrator keeps accounts and sees no records, so has no area.
    CHECK ((role = 'administrator') = (area_id IS NULL))
);
CREATE INDEX grants_account_id ON rounds.grants (account_id);

-- A grant may end sooner; to last longer it is given again.
CREATE FUNCTION rounds.shorten_grant() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    IF NEW.ends_at > OLD.ends_at THEN
        RAISE EXCEPTION 'a grant cannot be made longer' USING ERRCODE = 'check_violation', CONSTRAINT = 'grants_shorten';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER grants_shorten BEFORE UPDATE ON rounds.grants FOR EACH ROW EXECUTE FUNCTION rounds.shorten_grant();

CREATE TABLE rounds.sessions (
    token_hash  bytea PRIMARY KEY CHECK (length(token_hash) = 32),
    account_id  uuid NOT NULL REFERENCES rounds.accounts ON DELETE CASCADE,
    role        rounds.role NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    seen_at     timestamptz NOT NULL DEFAULT now(),
    expires_at  timestamptz NOT NULL
);
CREATE INDEX sessions_account_id ON rounds.sessions (account_id);

-- The areas that the principal's grants cover, in its present role. Called as
-- area_id IN (SELECT rounds.granted_areas()), which the planner runs once a query
-- and hashes: with 3,000 grids an array would be searched from end to end.
CREATE FUNCTION rounds.granted_areas() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT DISTINCT p.area_id
    FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
    WHERE g.account_id = rounds.principal_account() AND g.role::text = rounds.principal_role()
      AND now() >= g.starts_at AND now() < g.ends_at
$$;

-- starts_from and ends_at are where a day begins and ends: an office, never a
-- home, and never where somebody is.
CREATE TABLE rounds.workers (
    id          uuid PRIMARY KEY,
    account_id  uuid UNIQUE REFERENCES rounds.accounts,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    code        rounds.worker_code NOT NULL UNIQUE,
    name        rounds.staff_name NOT NULL,
    starts_from geometry(Point, 4326),
    ends_at     geometry(Point, 4326),
    shift_start time NOT NULL DEFAULT '08:30',
    shift_end   time NOT NULL DEFAULT '14:30',
    CHECK (shift_start < shift_end)
);
CREATE TABLE rounds.worker_days_off (
    worker_id uuid NOT NULL REFERENCES rounds.workers ON DELETE CASCADE,
    day       date NOT NULL,
    PRIMARY KEY (worker_id, day)
);

CREATE FUNCTION rounds.principal_worker() RETURNS uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp
    AS $$ SELECT id FROM rounds.workers WHERE account_id = rounds.principal_account() $$;
