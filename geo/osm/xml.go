package osm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmxml"
)

// mostXMLExpansion is how many times its own size a packed .osm file may unpack
// to: real ones reach 10 to 25.
const mostXMLExpansion = 200

// readXML gives every element of an .osm file to a sink.
func readXML(ctx context.Context, in io.Reader, most int64, to sink) error {
	limited := &io.LimitedReader{R: in, N: most}
	scanner := osmxml.New(ctx, limited)
	defer scanner.Close()
	elements := 0
	var nodes []osm.NodeID
	var members []member
	for scanner.Scan() {
		elements++
		var err error
		switch object := scanner.Object().(type) {
		case *osm.Node:
			at := orb.Point{object.Lon, object.Lat}
			if err = checkPoint(at); err == nil {
				err = to.node(object.ID, at, object.Tags)
			}
		case *osm.Way:
			nodes = nodes[:0]
			for _, node := range object.Nodes {
				nodes = append(nodes, node.ID)
			}
			err = to.way(object.ID, nodes, object.Tags)
		case *osm.Relation:
			members = members[:0]
			for _, m := range object.Members {
				members = append(members, member{kind: m.Type, ref: m.Ref, role: m.Role})
			}
			err = to.relation(object.ID, members, object.Tags)
		}
		if err != nil {
			return err
		}
	}
	return endOfXML(scanner.Err(), limited, elements)
}

func endOfXML(err error, limited *io.LimitedReader, elements int) error {
	switch {
	case limited.N == 0:
		return fmt.Errorf("the file unpacks to more than %d times its size; it is damaged or hostile", mostXMLExpansion)
	case errors.Is(err, io.ErrUnexpectedEOF), err != nil && strings.HasSuffix(err.Error(), "unexpected EOF"): // as encoding/xml says it
		return errCut
	case err != nil:
		return fmt.Errorf("after element %d: %w", elements, err)
	case elements == 0:
		return errors.New("it holds no node, way or relation; is it an OpenStreetMap extract?")
	}
	return nil
}
