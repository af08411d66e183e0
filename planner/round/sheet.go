package round

import (
	"context"
	"encoding/base32"
	"strings"

	"github.com/google/uuid"

	"github.com/rounds-project/rounds/geo/register"
	"github.com/rounds-project/rounds/geo/register/audit"
)

// sheetLetters are those of Crockford's base 32, which has none that look alike.
var sheetLetters = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// sheetBytes of a route's id are in its code.
const sheetBytes = 5

// SheetCode is what the sheet of a route is called on paper: 8 letters and digits.
func SheetCode(route uuid.UUID) string { return sheetLetters.EncodeToString(route[:sheetBytes]) }

// Sheet is the route of a sheet's code, however it was typed; the error may be
// [ErrNoRoute].
func (b *Book) Sheet(ctx context.Context, principal register.Principal, code string) (Route, error) {
	alike := strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", " ", "")
	first, err := sheetLetters.DecodeString(alike.Replace(strings.ToUpper(code)))
	if err != nil || len(first) != sheetBytes {
		return Route{}, ErrNoRoute
	}
	var low, high uuid.UUID
	for i := range high {
		high[i] = 0xff
	}
	copy(low[:], first)
	copy(high[:], first)
	return b.route(ctx, principal, audit.Route, selectRoutes+" WHERE r.id BETWEEN $1 AND $2 AND p.state IN ('published', 'superseded') ORDER BY p.version DESC LIMIT 1", low, high)
}
