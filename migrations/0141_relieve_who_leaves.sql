-- Who leaves the unit that has a dispute mediates it no longer, like who is in none when it
-- goes elsewhere.
CREATE FUNCTION rounds.relieve_who_leaves() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = rounds, pg_temp AS $$
BEGIN
    UPDATE rounds.dispute_handlers h SET ended_on = greatest(rounds.today(), h.named_on)
    FROM rounds.cases c
    WHERE c.id = h.case_id AND h.account_id = OLD.account_id AND h.ended_on IS NULL AND NOT rounds.may_mediate(h.account_id, c);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION rounds.relieve_who_leaves() FROM PUBLIC;
CREATE TRIGGER unit_members_relieve AFTER DELETE ON rounds.unit_members FOR EACH ROW EXECUTE FUNCTION rounds.relieve_who_leaves();
