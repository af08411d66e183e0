package export

import (
	"slices"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Layers are the names of the layers of the closed list.
func Layers() []string {
	var names []string
	for _, layer := range FeatureLayers {
		names = append(names, layer.Name)
	}
	slices.Sort(names)
	return names
}

// Fields are the columns of a layer; nil when there is no such layer.
func Fields(layer string) []gis.Column {
	found, _ := FeatureLayerNamed(layer)
	return columns(found)
}

func columns(layer register.ExportLayer) []gis.Column {
	var all []gis.Column
	for _, column := range layer.Columns {
		all = append(all, gis.Column{Name: column.Name, Kind: gis.Kind(column.Kind)})
	}
	return all
}
