-- A case that goes with another report of the same thing is told to its unit as gone.
DROP TRIGGER cases_tell_unit ON rounds.cases;
CREATE TRIGGER cases_tell_unit AFTER UPDATE OF stage, unit_id, due_on, matter, over_on, merged ON rounds.cases FOR EACH ROW
    WHEN (NOT NEW.dispute AND NEW.unit_id IS NOT NULL AND (OLD.stage, OLD.unit_id, OLD.due_on, OLD.matter, OLD.over_on, OLD.merged)
        IS DISTINCT FROM (NEW.stage, NEW.unit_id, NEW.due_on, NEW.matter, NEW.over_on, NEW.merged))
    EXECUTE FUNCTION rounds.note_unit_change();
