package osm

import (
	"errors"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/protoscan"
)

// sink takes the elements of a file in their order. Slices passed to it are valid
// during the call only; strings may be kept.
type sink interface {
	node(id osm.NodeID, at orb.Point, tags osm.Tags) error
	way(id osm.WayID, nodes []osm.NodeID, tags osm.Tags) error
	relation(id osm.RelationID, members []member, tags osm.Tags) error
}

// member of a relation.
type member struct {
	kind osm.Type
	ref  int64
	role string
}

// primitiveBlock decodes one block of elements; its buffers are used again.
type primitiveBlock struct {
	strings            []string
	granularity        int64
	lonOffset          int64
	latOffset          int64
	ids, lons, lats    []int64
	keys, vals, mixed  []uint32
	roles, memberKinds []int32
	nodes              []osm.NodeID
	members            []member
	tags               osm.Tags
}

var errBlock = errors.New("bad block; the file is damaged")

// decode gives every element of a block to a sink.
func (b *primitiveBlock) decode(raw []byte, to sink) error {
	b.strings, b.granularity, b.lonOffset, b.latOffset = b.strings[:0], 100, 0, 0
	var groups [][]byte
	err := eachField(raw, func(field int, message *protoscan.Message) (err error) {
		switch field {
		case 1:
			var table []byte
			if table, err = message.MessageData(); err == nil {
				err = b.readStrings(table)
			}
		case 2:
			var group []byte
			group, err = message.MessageData()
			groups = append(groups, group)
		case 17:
			b.granularity, err = int64Of(message.Int32())
		case 19:
			b.latOffset, err = message.Int64()
		case 20:
			b.lonOffset, err = message.Int64()
		default:
			message.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, group := range groups {
		if err := b.decodeGroup(group, to); err != nil {
			return err
		}
	}
	return nil
}

// eachField calls do for each field of a message; do reads or skips it.
func eachField(raw []byte, do func(field int, message *protoscan.Message) error) error {
	message := protoscan.New(raw)
	for message.Next() {
		if err := do(message.FieldNumber(), message); err != nil {
			return err
		}
	}
	if err := message.Err(); err != nil {
		return fmt.Errorf("%w: %w", errBlock, err)
	}
	return nil
}

func int64Of(n int32, err error) (int64, error) { return int64(n), err }

func (b *primitiveBlock) readStrings(table []byte) error {
	return eachField(table, func(field int, message *protoscan.Message) error {
		if field != 1 {
			message.Skip()
			return nil
		}
		text, err := message.String()
		b.strings = append(b.strings, text)
		return err
	})
}

func (b *primitiveBlock) decodeGroup(group []byte, to sink) error {
	return eachField(group, func(field int, message *protoscan.Message) error {
		if field < 1 || field > 4 {
			message.Skip()
			return nil
		}
		raw, err := message.MessageData()
		if err != nil {
			return err
		}
		switch field {
		case 1:
			return b.decodeNode(raw, to)
		case 2:
			return b.decodeDense(raw, to)
		case 3:
			return b.decodeWay(raw, to)
		default:
			return b.decodeRelation(raw, to)
		}
	})
}

func (b *primitiveBlock) point(lon, lat int64) (orb.Point, error) {
	p := orb.Point{1e-9 * float64(b.lonOffset+b.granularity*lon), 1e-9 * float64(b.latOffset+b.granularity*lat)}
	return p, checkPoint(p)
}

func checkPoint(p orb.Point) error {
	if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 || math.IsNaN(p[0]) || math.IsNaN(p[1]) {
		return fmt.Errorf("a node lies at longitude %g, latitude %g; the file is damaged", p[0], p[1])
	}
	return nil
}

// decodeNode reads a node that is not in a dense group.
func (b *primitiveBlock) decodeNode(raw []byte, to sink) error {
	var id, lon, lat int64
	b.keys, b.vals = b.keys[:0], b.vals[:0]
	err := eachField(raw, func(field int, message *protoscan.Message) (err error) {
		switch field {
		case 1:
			id, err = message.Sint64()
		case 8:
			lat, err = message.Sint64()
		case 9:
			lon, err = message.Sint64()
		default:
			err = b.readTags(field, message)
		}
		return err
	})
	if err != nil {
		return err
	}
	at, err := b.point(lon, lat)
	if err != nil {
		return err
	}
	tags, err := b.pairTags()
	if err != nil {
		return err
	}
	return to.node(osm.NodeID(id), at, tags)
}

func (b *primitiveBlock) decodeDense(raw []byte, to sink) error {
	b.ids, b.lons, b.lats, b.mixed = b.ids[:0], b.lons[:0], b.lats[:0], b.mixed[:0]
	err := eachField(raw, func(field int, message *protoscan.Message) (err error) {
		switch field {
		case 1:
			b.ids, err = message.RepeatedSint64(b.ids)
		case 8:
			b.lats, err = message.RepeatedSint64(b.lats)
		case 9:
			b.lons, err = message.RepeatedSint64(b.lons)
		case 10:
			b.mixed, err = message.RepeatedUint32(b.mixed)
		default:
			message.Skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(b.ids) != len(b.lons) || len(b.ids) != len(b.lats) {
		return errBlock
	}
	var id, lon, lat int64
	rest := b.mixed // key, value, key, value, 0 for each node
	for i := range b.ids {
		id, lon, lat = id+b.ids[i], lon+b.lons[i], lat+b.lats[i]
		at, err := b.point(lon, lat)
		if err != nil {
			return err
		}
		b.tags = b.tags[:0]
		for len(rest) > 0 && rest[0] != 0 {
			if len(rest) < 2 {
				return errBlock
			}
			if err := b.addTag(rest[0], rest[1]); err != nil {
				return err
			}
			rest = rest[2:]
		}
		if len(rest) > 0 {
			rest = rest[1:]
		}
		if err := to.node(osm.NodeID(id), at, b.tags); err != nil {
			return err
		}
	}
	return nil
}

func (b *primitiveBlock) decodeWay(raw []byte, to sink) error {
	var id int64
	b.keys, b.vals, b.ids = b.keys[:0], b.vals[:0], b.ids[:0]
	err := eachField(raw, func(field int, message *protoscan.Message) (err error) {
		switch field {
		case 1:
			id, err = message.Int64()
		case 8:
			b.ids, err = message.RepeatedSint64(b.ids)
		default:
			err = b.readTags(field, message)
		}
		return err
	})
	if err != nil {
		return err
	}
	b.nodes = b.nodes[:0]
	var ref int64
	for _, delta := range b.ids {
		ref += delta
		b.nodes = append(b.nodes, osm.NodeID(ref))
	}
	tags, err := b.pairTags()
	if err != nil {
		return err
	}
	return to.way(osm.WayID(id), b.nodes, tags)
}

func (b *primitiveBlock) decodeRelation(raw []byte, to sink) error {
	var id int64
	b.keys, b.vals, b.ids, b.roles, b.memberKinds = b.keys[:0], b.vals[:0], b.ids[:0], b.roles[:0], b.memberKinds[:0]
	err := eachField(raw, func(field int, message *protoscan.Message) (err error) {
		switch field {
		case 1:
			id, err = message.Int64()
		case 8:
			b.roles, err = message.RepeatedInt32(b.roles)
		case 9:
			b.ids, err = message.RepeatedSint64(b.ids)
		case 10:
			b.memberKinds, err = message.RepeatedInt32(b.memberKinds)
		default:
			err = b.readTags(field, message)
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := b.pairMembers(); err != nil {
		return err
	}
	tags, err := b.pairTags()
	if err != nil {
		return err
	}
	return to.relation(osm.RelationID(id), b.members, tags)
}

// kinds of members by their number in the format.
var memberKinds = [...]osm.Type{osm.TypeNode, osm.TypeWay, osm.TypeRelation}

func (b *primitiveBlock) pairMembers() error {
	if len(b.ids) != len(b.roles) || len(b.ids) != len(b.memberKinds) {
		return errBlock
	}
	b.members = b.members[:0]
	var ref int64
	for i, delta := range b.ids {
		ref += delta
		role, kind := int(b.roles[i]), int(b.memberKinds[i])
		if role < 0 || role >= len(b.strings) || kind < 0 || kind >= len(memberKinds) {
			return errBlock
		}
		b.members = append(b.members, member{kind: memberKinds[kind], ref: ref, role: b.strings[role]})
	}
	return nil
}

// readTags reads fields 2 and 3, which every element has, and skips others.
func (b *primitiveBlock) readTags(field int, message *protoscan.Message) (err error) {
	switch field {
	case 2:
		b.keys, err = message.RepeatedUint32(b.keys)
	case 3:
		b.vals, err = message.RepeatedUint32(b.vals)
	default:
		message.Skip()
	}
	return err
}

func (b *primitiveBlock) pairTags() (osm.Tags, error) {
	if len(b.keys) != len(b.vals) {
		return nil, errBlock
	}
	b.tags = b.tags[:0]
	for i := range b.keys {
		if err := b.addTag(b.keys[i], b.vals[i]); err != nil {
			return nil, err
		}
	}
	return b.tags, nil
}

func (b *primitiveBlock) addTag(key, value uint32) error {
	if int(key) >= len(b.strings) || int(value) >= len(b.strings) {
		return errBlock
	}
	b.tags = append(b.tags, osm.Tag{Key: b.strings[key], Value: b.strings[value]})
	return nil
}
