-- Whether a round of some days was closed is told to the service that publishes, and
-- to nobody else, as of the other functions of the statistics.
CREATE OR REPLACE FUNCTION rounds.outcomes_gone(first date, last date) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
    SELECT rounds.principal_role() = 'service:statistics'
        AND EXISTS (SELECT FROM rounds.rounds r WHERE r.closed_at IS NOT NULL AND r.starts_on <= last AND r.ends_on >= first)
$$;
