package export

import (
	"slices"

	"github.com/rounds-project/rounds/geo/gis"
	"github.com/rounds-project/rounds/geo/register"
)

// Layers are the names of the layers of the closed list that this release writes.
func Layers() []string {
	names := []string{cellsLayer.Name}
	for _, layer := range register.ExportLayers {
		names = append(names, layer.Name)
	}
	slices.Sort(names)
	return names
}

// Fields are the columns of a layer; nil when there is no such layer.
func Fields(layer string) []gis.Column {
	if layer == cellsLayer.Name {
		return cellsLayer.Columns
	}
	found, _ := register.ExportLayerNamed(layer)
	return columns(found)
}

func columns(layer register.ExportLayer) []gis.Column {
	var all []gis.Column
	for _, column := range layer.Columns {
		all = append(all, gis.Column{Name: column.Name, Kind: gis.Kind(column.Kind)})
	}
	return all
}
