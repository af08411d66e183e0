-- Accounts, what they were granted, and the people who walk.

CREATE TABLE rounds.accounts (
    id            uuid PRIMARY KEY,
    login         text NOT NULL UNIQUE CHECK (login ~ '^[a-z0-9][a-z0-9._-]{1,31}$'),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    password_hash text CHECK (password_hash LIKE '$argon2id$%'),
    language      text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'zh-Hans')),
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
-- (SELECT rounds.granted_areas()) so that the planner runs it once a query.
CREATE FUNCTION rounds.granted_areas() RETURNS uuid[]
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT coalesce(array_agg(DISTINCT p.area_id), '{}')
    FROM rounds.grants g JOIN rounds.area_paths p ON p.ancestor_id = g.area_id
    WHERE g.account_id = rounds.principal_account() AND g.role::text = rounds.principal_role()
      AND now() >= g.starts_at AND now() < g.ends_at
$$;

CREATE TABLE rounds.workers (
    id          uuid PRIMARY KEY,
    account_id  uuid UNIQUE REFERENCES rounds.accounts,
    area_id     uuid NOT NULL REFERENCES rounds.areas,
    code        text NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9._-]{1,16}$'),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
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
