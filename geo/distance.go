package geo

import (
	"math"

	"github.com/paulmach/orb"
)

// EarthRadius is the mean radius in metres (IUGG), which keeps great-circle
// lengths within 0.5 % of the ellipsoid everywhere.
const EarthRadius = 6371008.8

// Metres is the great-circle distance between two points (haversine).
func Metres(a, b orb.Point) float64 {
	const degree = math.Pi / 180
	sinLat := math.Sin((b[1] - a[1]) * degree / 2)
	sinLon := math.Sin((b[0] - a[0]) * degree / 2)
	h := sinLat*sinLat + math.Cos(a[1]*degree)*math.Cos(b[1]*degree)*sinLon*sinLon
	return 2 * EarthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Length is the length of a line in metres.
func Length(line orb.LineString) float64 {
	sum := 0.0
	for i := 1; i < len(line); i++ {
		sum += Metres(line[i-1], line[i])
	}
	return sum
}
