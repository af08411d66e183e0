package casework

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// Unit is an office that deals with cases of an area: a committee, a one-stop office, who
// is responsible for roads. Codes are those of the closed lists.
type Unit struct {
	ID, Area uuid.UUID
	// Parent takes over what is late; nil at the top.
	Parent        *uuid.UUID
	Level, Branch string
	Name, NameZH  string
	// Lead answers for its cases.
	Lead     uuid.UUID
	LeadName string
	// OnDuty is who has its cases today: it is never nobody.
	OnDuty     uuid.UUID
	OnDutyName string
	Closed     bool
}

// readUnits reads those of a condition.
func readUnits(ctx context.Context, tx pgx.Tx, where string, arguments ...any) ([]Unit, error) {
	rows, err := tx.Query(ctx, `
		SELECT u.id, u.area_id, u.parent_id, u.level::text, u.branch::text, u.name, coalesce(u.name_zh, u.name), u.lead_id, coalesce(rounds.colleague_name(u.lead_id), ''),
			d.account, coalesce(rounds.colleague_name(d.account), ''), u.closed_on IS NOT NULL
		FROM rounds.units u, LATERAL (SELECT rounds.on_duty(u.id, rounds.today()) AS account) d WHERE `+where+" ORDER BY u.level, u.name, u.id", arguments...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Unit])
}

// Units are those of the principal's areas and of areas around them, of all levels: after
// one of them, limit of them at most.
func (o *Office) Units(ctx context.Context, principal register.Principal, after uuid.UUID, limit int) (units []Unit, err error) {
	const where = `($1::uuid IS NULL OR (u.level, u.name, u.id) > (SELECT x.level, x.name, x.id FROM rounds.units x WHERE x.id = $1))
		AND u.id IN (SELECT y.id FROM rounds.units y WHERE $1::uuid IS NULL OR (y.level, y.name, y.id) > (SELECT x.level, x.name, x.id FROM rounds.units x WHERE x.id = $1)
			ORDER BY y.level, y.name, y.id LIMIT $2)`
	err = o.read(ctx, principal, audit.Units, func(tx pgx.Tx) error {
		units, err = readUnits(ctx, tx, where, orNull(after), limit)
		return err
	})
	return units, err
}

// Member is somebody of a unit.
type Member struct {
	Account   uuid.UUID
	Name      string
	Skills    []string
	Languages []string
	// Away is the last day of the leave that the member is on today, nil for none.
	Away *time.Time
}

// Shift is who is on duty from a day to another, both included.
type Shift struct {
	FirstOn, LastOn time.Time
	Account         uuid.UUID
	Name            string
}

// Roster is a unit with its members and the rota of the days to come.
type Roster struct {
	Unit
	Members []Member
	Shifts  []Shift
}

// Roster is that of a unit. The error may be [ErrNoUnit].
func (o *Office) Roster(ctx context.Context, principal register.Principal, id uuid.UUID) (roster Roster, err error) {
	err = o.read(ctx, principal, audit.Units, func(tx pgx.Tx) error {
		roster, err = readRoster(ctx, tx, id)
		return err
	})
	return roster, err
}

func readRoster(ctx context.Context, tx pgx.Tx, id uuid.UUID) (roster Roster, err error) {
	units, err := readUnits(ctx, tx, "u.id = $1", id)
	if err == nil && len(units) == 0 {
		err = ErrNoUnit
	}
	if err != nil {
		return roster, err
	}
	roster.Unit = units[0]
	rows, err := tx.Query(ctx, `
		SELECT m.account_id, coalesce(rounds.colleague_name(m.account_id), ''),
			ARRAY(SELECT s.skill::text FROM rounds.unit_member_skills s WHERE (s.unit_id, s.account_id) = (m.unit_id, m.account_id) ORDER BY s.skill),
			ARRAY(SELECT l.language::text FROM rounds.unit_member_languages l WHERE (l.unit_id, l.account_id) = (m.unit_id, m.account_id) ORDER BY l.language),
			(SELECT l.last_on FROM rounds.staff_leave l WHERE l.account_id = m.account_id AND rounds.today() BETWEEN l.first_on AND l.last_on)
		FROM rounds.unit_members m WHERE m.unit_id = $1 ORDER BY 2, 1`, id)
	if err != nil {
		return roster, err
	}
	if roster.Members, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Member]); err != nil {
		return roster, err
	}
	rows, err = tx.Query(ctx, `
		SELECT d.first_on, d.last_on, d.account_id, coalesce(rounds.colleague_name(d.account_id), '')
		FROM rounds.duty_shifts d WHERE d.unit_id = $1 AND d.last_on >= rounds.today() ORDER BY d.first_on LIMIT 400`, id)
	if err != nil {
		return roster, err
	}
	roster.Shifts, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Shift])
	return roster, err
}

// NewUnit is a unit as a supervisor writes it down.
type NewUnit struct {
	ID, Area, Parent            uuid.UUID
	Level, Branch, Name, NameZH string
	// Lead is the login of a case handler or supervisor of the area; "" keeps the one
	// there is.
	Lead   string
	Closed bool
}

// SaveUnit adds a unit, whose lead is a member, or changes all but its area and level.
// The error may be [ErrNotHolder], [ErrNoMember], [ErrParent] or [ErrIDTaken].
func (o *Office) SaveUnit(ctx context.Context, principal register.Principal, unit NewUnit) (added bool, err error) {
	err = o.change(ctx, principal, "unit", func(tx pgx.Tx) error {
		var area *uuid.UUID
		var lead uuid.UUID
		err := tx.QueryRow(ctx, "SELECT area_id, lead_id FROM rounds.units WHERE id = $1", unit.ID).Scan(&area, &lead)
		added = errors.Is(err, pgx.ErrNoRows)
		if err != nil && !added {
			return err
		}
		if !added && *area != unit.Area {
			return ErrIDTaken
		}
		if unit.Lead != "" || added {
			if lead, err = handlerOfLogin(ctx, tx, unit.Lead, unit.Area); err != nil {
				return err
			}
		}
		if err := saveUnit(ctx, tx, unit, lead, added); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO rounds.unit_members (unit_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", unit.ID, lead)
		return err
	})
	return added, err
}

func saveUnit(ctx context.Context, tx pgx.Tx, unit NewUnit, lead uuid.UUID, added bool) error {
	statement := `UPDATE rounds.units SET parent_id = $3, branch = $5, name = $6, name_zh = $7, lead_id = $8,
		closed_on = CASE WHEN $9::boolean THEN coalesce(closed_on, rounds.today()) END WHERE id = $1 AND area_id = $2 AND level = $4`
	if added {
		statement = `INSERT INTO rounds.units (id, area_id, parent_id, level, branch, name, name_zh, lead_id, closed_on)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN $9::boolean THEN rounds.today() END)`
	}
	tag, err := tx.Exec(ctx, statement, unit.ID, unit.Area, orNull(unit.Parent), unit.Level, unit.Branch, unit.Name, orNull(unit.NameZH), lead, unit.Closed)
	if err == nil && tag.RowsAffected() == 0 {
		err = ErrNotHolder
	}
	return err
}

func handlerOfLogin(ctx context.Context, tx pgx.Tx, login string, area uuid.UUID) (uuid.UUID, error) {
	var account *uuid.UUID
	if err := tx.QueryRow(ctx, "SELECT rounds.handler_of_login($1, $2)", login, area).Scan(&account); err != nil {
		return uuid.Nil, err
	}
	if account == nil {
		return uuid.Nil, ErrNoMember
	}
	return *account, nil
}

// NewMember is what a supervisor writes down of a member: Login finds who is new, Account
// who is there.
type NewMember struct {
	Unit              uuid.UUID
	Login             string
	Account           uuid.UUID
	Skills, Languages []string
	// Leaves takes the member out, with the shifts.
	Leaves bool
}

// SaveMember adds, changes or takes out a member. The error may be [ErrNoUnit],
// [ErrNotHolder] or [ErrNoMember].
func (o *Office) SaveMember(ctx context.Context, principal register.Principal, member NewMember) error {
	return o.change(ctx, principal, "member", func(tx pgx.Tx) error {
		var area uuid.UUID
		if err := tx.QueryRow(ctx, "SELECT area_id FROM rounds.units WHERE id = $1", member.Unit).Scan(&area); err != nil {
			if errors.Is(err, pgx.ErrNoRows) {
				return ErrNoUnit
			}
			return err
		}
		account, err := member.Account, error(nil)
		if account == uuid.Nil {
			if account, err = handlerOfLogin(ctx, tx, member.Login, area); err != nil {
				return err
			}
		}
		if member.Leaves {
			tag, err := tx.Exec(ctx, "DELETE FROM rounds.unit_members WHERE unit_id = $1 AND account_id = $2", member.Unit, account)
			if err == nil && tag.RowsAffected() == 0 {
				err = ErrNoMember
			}
			return err
		}
		tag, err := tx.Exec(ctx, "INSERT INTO rounds.unit_members (unit_id, account_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", member.Unit, account)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 1 && member.Account != uuid.Nil {
			return ErrNoMember // who is new is found by login
		}
		return saveAbilities(ctx, tx, member, account)
	})
}

func saveAbilities(ctx context.Context, tx pgx.Tx, member NewMember, account uuid.UUID) error {
	for _, statement := range []struct {
		sql   string
		codes []string
	}{
		{"DELETE FROM rounds.unit_member_skills WHERE unit_id = $1 AND account_id = $2 AND skill::text <> ALL ($3)", member.Skills},
		{"INSERT INTO rounds.unit_member_skills SELECT $1, $2, unnest($3::text[])::rounds.unit_skill ON CONFLICT DO NOTHING", member.Skills},
		{"DELETE FROM rounds.unit_member_languages WHERE unit_id = $1 AND account_id = $2 AND language::text <> ALL ($3)", member.Languages},
		{"INSERT INTO rounds.unit_member_languages SELECT $1, $2, unnest($3::text[])::rounds.spoken_language ON CONFLICT DO NOTHING", member.Languages},
	} {
		codes := statement.codes
		if codes == nil {
			codes = []string{}
		}
		if _, err := tx.Exec(ctx, statement.sql, member.Unit, account, codes); err != nil {
			return err
		}
	}
	return nil
}

// SetDuty puts a member of a unit on duty from a day to another, both included, in place
// of who had them; nobody leaves them to the lead. The error may be [ErrNoUnit],
// [ErrNoMember], [ErrNotHolder] or [ErrDays].
func (o *Office) SetDuty(ctx context.Context, principal register.Principal, unit, account uuid.UUID, first, last time.Time) error {
	return o.change(ctx, principal, "duty", func(tx pgx.Tx) error {
		var there, own bool
		const about = `SELECT EXISTS (SELECT FROM rounds.units WHERE id = $1), rounds.principal_role() = 'case_handler' AND $1 IN (SELECT rounds.own_units())
			OR rounds.principal_role() = 'supervisor' AND $1 IN (SELECT u.id FROM rounds.units u WHERE u.area_id IN (SELECT rounds.granted_areas()))`
		if err := tx.QueryRow(ctx, about, unit).Scan(&there, &own); err != nil {
			return err
		}
		switch {
		case !there:
			return ErrNoUnit
		case !own:
			return ErrNotHolder
		case last.Before(first):
			return ErrDays
		}
		_, err := tx.Exec(ctx, "SELECT rounds.set_duty($1, $2, $3, $4)", unit, orNull(account), first, last)
		return err
	})
}

// SetLeave notes that somebody is away from a day to another, both included, or that a
// leave that began then is off. The account is the principal's own when it is left out.
// The error may be [ErrNotHolder] or [ErrDays].
func (o *Office) SetLeave(ctx context.Context, principal register.Principal, account uuid.UUID, first, last time.Time, away bool) error {
	if account == uuid.Nil {
		account = principal.Account
	}
	return o.change(ctx, principal, "leave", func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM rounds.staff_leave WHERE account_id = $1 AND first_on = $2", account, first); err != nil || !away {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO rounds.staff_leave (account_id, first_on, last_on) VALUES ($1, $2, $3)", account, first, last)
		return err
	})
}
