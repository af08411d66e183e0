package register

import (
	"database/sql/driver"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"
	orbewkb "github.com/paulmach/orb/encoding/ewkb"
	geom "github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
)

// WGS84 is the SRID of longitude and latitude, the one that orb geometries have
// when they cross to PostGIS. Others cross as go-geom, which carries its SRID.
const WGS84 = 4326

// geometryCodec takes geometries to PostGIS and back as EWKB: from [geom.T] and
// [orb.Geometry]; into *[geom.T] and pointers to orb's types.
type geometryCodec struct{}

func (geometryCodec) FormatSupported(format int16) bool {
	return format == pgtype.BinaryFormatCode || format == pgtype.TextFormatCode
}

func (geometryCodec) PreferredFormat() int16 { return pgtype.BinaryFormatCode }

func (geometryCodec) PlanEncode(_ *pgtype.Map, _ uint32, format int16, value any) pgtype.EncodePlan {
	// A pointer to an orb type is an orb.Geometry too; pgx looks through it.
	switch value.(type) {
	case geom.T, orb.Point, orb.MultiPoint, orb.LineString, orb.MultiLineString, orb.Polygon, orb.MultiPolygon, orb.Collection:
		return encodeGeometry{hexadecimal: format == pgtype.TextFormatCode}
	}
	return nil
}

type encodeGeometry struct{ hexadecimal bool }

func (e encodeGeometry) Encode(value any, buffer []byte) ([]byte, error) {
	bytes, err := marshalGeometry(value)
	if err != nil {
		return nil, fmt.Errorf("register: geometry: %w", err)
	}
	if e.hexadecimal {
		return hex.AppendEncode(buffer, bytes), nil
	}
	return append(buffer, bytes...), nil
}

func marshalGeometry(value any) ([]byte, error) {
	if geometry, ok := value.(geom.T); ok {
		return ewkb.Marshal(geometry, binary.LittleEndian)
	}
	return orbewkb.Marshal(value.(orb.Geometry), WGS84, binary.LittleEndian)
}

func (geometryCodec) PlanScan(_ *pgtype.Map, _ uint32, format int16, target any) pgtype.ScanPlan {
	switch target.(type) {
	case *geom.T, *orb.Geometry, *orb.Point, *orb.LineString, *orb.MultiLineString, *orb.Polygon, *orb.MultiPolygon:
		return scanGeometry{hexadecimal: format == pgtype.TextFormatCode}
	}
	return nil
}

type scanGeometry struct{ hexadecimal bool }

func (s scanGeometry) Scan(source []byte, target any) error {
	if source == nil {
		return fmt.Errorf("register: geometry: NULL into %T", target)
	}
	if s.hexadecimal {
		decoded, err := hex.DecodeString(string(source))
		if err != nil {
			return fmt.Errorf("register: geometry: %w", err)
		}
		source = decoded
	}
	if err := unmarshalGeometry(source, target); err != nil {
		return fmt.Errorf("register: geometry: %w", err)
	}
	return nil
}

func unmarshalGeometry(source []byte, target any) (err error) {
	if target, ok := target.(*geom.T); ok {
		*target, err = ewkb.Unmarshal(source)
		return err
	}
	geometry, _, err := orbewkb.Unmarshal(source)
	if err != nil {
		return err
	}
	ok := true
	switch target := target.(type) {
	case *orb.Geometry:
		*target = geometry
	case *orb.Point:
		*target, ok = geometry.(orb.Point)
	case *orb.LineString:
		*target, ok = geometry.(orb.LineString)
	case *orb.MultiLineString:
		*target, ok = geometry.(orb.MultiLineString)
	case *orb.Polygon:
		*target, ok = geometry.(orb.Polygon)
	case *orb.MultiPolygon:
		*target, ok = geometry.(orb.MultiPolygon)
	}
	if !ok {
		return fmt.Errorf("a %s into %T", geometry.GeoJSONType(), target)
	}
	return nil
}

func (geometryCodec) DecodeDatabaseSQLValue(_ *pgtype.Map, _ uint32, _ int16, source []byte) (driver.Value, error) {
	return source, nil
}

func (geometryCodec) DecodeValue(_ *pgtype.Map, _ uint32, format int16, source []byte) (any, error) {
	if source == nil {
		return nil, nil
	}
	var geometry geom.T
	err := scanGeometry{hexadecimal: format == pgtype.TextFormatCode}.Scan(source, &geometry)
	return geometry, err
}
