package register

import (
	"context"
	"strconv"
)

// recogniseWithin is how far, in metres, a place that somebody added may lie from where a
// file has it.
const recogniseWithin = 150

// recognise has the rows of a file that are places of the register under another id: one
// that somebody added by hand, of the same address and near enough, and one that was
// recognised before. It keeps its id, and with it its visits, and takes the file's key.
// Those that asked never to be visited are no rows any more.
func (in *intake) recognise(ctx context.Context) error {
	return in.run(ctx,
		`UPDATE located i SET id = h.id FROM rounds.households h WHERE h.source_key = i.source_key AND h.id <> i.id`,
		`UPDATE located i SET id = same.id
		FROM (
			SELECT DISTINCT ON (l.id) l.id AS row_id, h.id
			FROM rounds.households h JOIN located l
				ON (lower(h.street), lower(h.house_number), lower(h.unit)) IS NOT DISTINCT FROM (lower(l.street), lower(l.house_number), lower(l.unit))
				AND ST_DWithin(h.at::geography, l.at::geography, `+strconv.Itoa(recogniseWithin)+`)
			WHERE starts_with(h.source_key, '`+addedKey+`') AND NOT EXISTS (SELECT FROM rounds.households k WHERE k.id = l.id)
				-- Of two rows that could be it the first is.
				AND NOT EXISTS (SELECT FROM located o WHERE o.row_number < l.row_number AND o.cell = l.cell
					AND (lower(o.street), lower(o.house_number), lower(o.unit)) IS NOT DISTINCT FROM (lower(l.street), lower(l.house_number), lower(l.unit)))
			ORDER BY l.id, h.id) same
		WHERE i.id = same.row_id`)
}
