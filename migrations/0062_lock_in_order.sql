-- Who publishes a plan and who adds places at that time had each what the other waited
-- for: the one the plan, the other the lock of rounds.wait_for_plan. The lock comes first.
CREATE FUNCTION rounds.lock_whole() RETURNS trigger
    LANGUAGE plpgsql SET search_path = rounds, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('rounds.whole', 0));
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.lock_whole() FROM PUBLIC;
CREATE TRIGGER plans_lock_whole BEFORE UPDATE OF state ON rounds.plans FOR EACH STATEMENT EXECUTE FUNCTION rounds.lock_whole();

-- Who is counted in the values of a stock that are shown takes the place of who was. Who
-- stopped wanting it since they were read is not kept, nor whoever does so at this
-- moment: withdrawals wait until it is done, as this does for them.
CREATE FUNCTION rounds.keep_stock(the_measure rounds.measure, the_partition uuid, counts integer[], ids uuid[], bins integer[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    IF rounds.principal_role() <> 'service:statistics' THEN
        RAISE EXCEPTION 'only the service of statistics keeps a stock' USING ERRCODE = 'insufficient_privilege';
    END IF;
    LOCK TABLE rounds.support_wanted IN SHARE MODE;
    DELETE FROM rounds.release_stock s WHERE s.measure = the_measure;
    DELETE FROM rounds.release_stock_counts c WHERE c.measure = the_measure;
    INSERT INTO rounds.release_stock_counts (measure, partition_id, bin, households)
    SELECT the_measure, the_partition, u.bin - 1, u.n FROM unnest(counts) WITH ORDINALITY AS u (n, bin);
    INSERT INTO rounds.release_stock (measure, partition_id, household_id, bin)
    SELECT the_measure, the_partition, u.id, u.bin FROM unnest(ids, bins) AS u (id, bin)
    WHERE EXISTS (SELECT FROM rounds.support_wanted w WHERE w.household_id = u.id AND rounds.support_measure(w.service) = the_measure);
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.keep_stock(rounds.measure, uuid, integer[], uuid[], integer[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION rounds.keep_stock(rounds.measure, uuid, integer[], uuid[], integer[]) TO rounds_app;
DROP POLICY add ON rounds.release_stock;
DROP POLICY remove ON rounds.release_stock;
DROP POLICY add ON rounds.release_stock_counts;
DROP POLICY remove ON rounds.release_stock_counts;
REVOKE INSERT, DELETE ON rounds.release_stock, rounds.release_stock_counts FROM rounds_app;
