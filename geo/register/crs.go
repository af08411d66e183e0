package register

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"
)

// CRS is the coordinate system of a file. The zero value is longitude and
// latitude on WGS 84.
type CRS struct {
	epsg  int
	shift func(orb.Point) orb.Point
	// described is the system in words of PROJ.
	described string
}

// ParseCRS reads a number of the EPSG registry, with or without "EPSG:", or gcj02
// or bd09, the shifted systems of Chinese maps.
func ParseCRS(name string) (CRS, error) {
	switch lower := strings.TrimPrefix(strings.ToLower(name), "epsg:"); lower {
	case "", "4326":
		return CRS{}, nil
	case "gcj02":
		return CRS{shift: fromGCJ02}, nil
	case "bd09":
		return CRS{shift: fromBD09}, nil
	default:
		epsg, err := strconv.Atoi(lower)
		if err != nil || epsg <= 0 {
			return CRS{}, fmt.Errorf("register: no coordinate system %q; want an EPSG number such as 25831, gcj02 or bd09", name)
		}
		return CRS{epsg: epsg}, nil
	}
}

// mostDescription bounds the description of a system in a file, in bytes.
const mostDescription = 1 << 15

// CRSOfFile is the system that a file names: a number of the EPSG registry, or a
// description as WKT or PROJJSON, such as a .prj. Descriptions that lead to further files
// are not believed.
func CRSOfFile(system string) (CRS, error) {
	described := strings.TrimSpace(system)
	known := strings.HasPrefix(described, "{")
	for _, start := range []string{"PROJCS[", "GEOGCS[", "PROJCRS[", "GEOGCRS[", "GEODCRS[", "BOUNDCRS[", "COMPD_CS[", "COMPOUNDCRS["} {
		known = known || strings.HasPrefix(described, start)
	}
	lower := strings.ToLower(described)
	switch {
	case !known:
		return ParseCRS(system)
	case len(described) > mostDescription, strings.Contains(lower, "extension["), strings.Contains(lower, "grids"):
		return CRS{}, &RefusedError{Total: 1, Complaints: []Complaint{{Field: "crs", Problem: "is described in a way that is not read; name its number with --crs, such as --crs 25831"}}}
	}
	return CRS{described: described}, nil
}

// IsWGS84 says that there is nothing to do.
func (c CRS) IsWGS84() bool { return c.epsg == 0 && c.shift == nil && c.described == "" }

func (c CRS) String() string {
	if c.described != "" {
		return "the coordinate system of the file"
	}
	return fmt.Sprintf("EPSG:%d", c.epsg)
}

// ToWGS84 turns points of a system into longitude and latitude, in place. PostGIS
// does it, but for the shifted systems.
func (db *DB) ToWGS84(ctx context.Context, from CRS, points []orb.Point) error {
	switch {
	case from.shift != nil:
		for i, p := range points {
			points[i] = from.shift(p)
		}
		return nil
	case from.IsWGS84() || len(points) == 0:
		return nil
	}
	x, y := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		x[i], y[i] = p[0], p[1]
	}
	err := db.AsSnapshot(ctx, Service("import"), func(tx pgx.Tx) error {
		transform, system := "ST_Transform(ST_SetSRID(ST_MakePoint(x, y), $3), 4326)", any(from.epsg)
		if from.described != "" {
			transform, system = "ST_Transform(ST_MakePoint(x, y), $3::text, 4326)", from.described
		}
		rows, err := tx.Query(ctx, `
			SELECT ST_X(p), ST_Y(p) FROM (
				SELECT `+transform+` AS p, n
				FROM unnest($1::float8[], $2::float8[]) WITH ORDINALITY AS u (x, y, n)) t ORDER BY n`, x, y, system)
		if err != nil {
			return err
		}
		i := 0
		_, err = pgx.ForEachRow(rows, []any{&x[0], &y[0]}, func() error {
			points[i] = orb.Point{x[0], y[0]}
			i++
			return nil
		})
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && ctx.Err() == nil {
		return &RefusedError{Total: 1, Complaints: []Complaint{{Field: "crs", Problem: fmt.Sprintf("%v is none that is known, or the coordinates lie beyond it; check --crs, and that x (or lon) comes before y", from)}}}
	}
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return nil
}

// GCJ-02 shifts WGS 84 by up to some 700 m with sums of sines, on the ellipsoid of
// Krassowsky; BD-09 turns and stretches GCJ-02 a little more. The coefficients are
// those found by their users and published many times, for example in "Restrictions
// on geographic data in China" (Wikipedia).
const (
	krassowskyAxis = 6378245.0
	krassowskyE2   = 0.00669342162296594323
	baiduTurn      = math.Pi * 3000 / 180
)

// inChina is the rectangle in which the shift applies.
func inChina(p orb.Point) bool {
	return p.Lon() >= 72.004 && p.Lon() <= 137.8347 && p.Lat() >= 0.8293 && p.Lat() <= 55.8271
}

// toGCJ02 is the published direction.
func toGCJ02(p orb.Point) orb.Point {
	if !inChina(p) {
		return p
	}
	x, y := p.Lon()-105, p.Lat()-35
	sines := func(a, p, b, q float64) float64 { return (a*math.Sin(p*math.Pi) + b*math.Sin(q*math.Pi)) * 2 / 3 }
	root, short := math.Sqrt(math.Abs(x)), sines(20, 6*x, 20, 2*x)
	north := -100 + 2*x + 3*y + 0.2*y*y + 0.1*x*y + 0.2*root + short + sines(20, y, 40, y/3) + sines(160, y/12, 320, y/30)
	east := 300 + x + 2*y + 0.1*x*x + 0.1*x*y + 0.1*root + short + sines(20, x, 40, x/3) + sines(150, x/12, 300, x/30)
	sin, cos := math.Sincos(p.Lat() * math.Pi / 180)
	w := 1 - krassowskyE2*sin*sin
	const degree = 180 / math.Pi
	return orb.Point{
		p.Lon() + east*degree/(krassowskyAxis/math.Sqrt(w)*cos),
		p.Lat() + north*degree/(krassowskyAxis*(1-krassowskyE2)/(w*math.Sqrt(w))),
	}
}

// fromGCJ02 turns it around by steps; each leaves about a thousandth of the error.
func fromGCJ02(shifted orb.Point) orb.Point {
	p := shifted
	for range 6 {
		again := toGCJ02(p)
		p = orb.Point{p[0] + shifted[0] - again[0], p[1] + shifted[1] - again[1]}
	}
	return p
}

func toBD09(p orb.Point) orb.Point {
	g := toGCJ02(p)
	radius := math.Hypot(g[0], g[1]) + 0.00002*math.Sin(g[1]*baiduTurn)
	angle := math.Atan2(g[1], g[0]) + 0.000003*math.Cos(g[0]*baiduTurn)
	return orb.Point{radius*math.Cos(angle) + 0.0065, radius*math.Sin(angle) + 0.006}
}

func fromBD09(shifted orb.Point) orb.Point {
	if !inChina(shifted) {
		return shifted
	}
	p := shifted
	for range 8 {
		again := toBD09(p)
		p = orb.Point{p[0] + shifted[0] - again[0], p[1] + shifted[1] - again[1]}
	}
	return p
}
