package elevation

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// Side is how many pixels a picture of heights is wide and high.
const Side = 256

// FirstZoom is the smallest zoom with pictures: before, a county is a speck.
const FirstZoom = 6

// forgetZoom is that of tiles which are about as large as four files: what was read is
// forgotten after each, so that memory does not grow with the area.
const forgetZoom = 8

// Encoding is how a picture tells heights in its colours: red * 256 + green + blue / 256 -
// 32768 metres.
const Encoding = "terrarium"

// Picture is a tile of the map with the heights of the ground in its colours.
type Picture struct {
	Tile maptile.Tile
	PNG  []byte
	// Known is how many of its pixels have a height; the others take that of the nearest
	// that has, or 0.
	Known int
}

// LastZoom is the zoom at which a pixel is about as wide as the finest grid of the files.
func (t *Tiles) LastZoom() maptile.Zoom {
	last := maptile.Zoom(11)
	for _, file := range t.files {
		if side, err := sideOf(file); err == nil && side == sides[1] {
			last = 12
		}
	}
	return last
}

// TilesOf counts the tiles of a zoom that touch any of the bounds.
func TilesOf(bounds []orb.Bound, zoom maptile.Zoom) (n int) {
	return len(tilesOf(bounds, zoom))
}

func tilesOf(bounds []orb.Bound, zoom maptile.Zoom) map[maptile.Tile]bool {
	tiles := map[maptile.Tile]bool{}
	for _, bound := range bounds {
		first, last := maptile.At(bound.LeftTop(), zoom), maptile.At(bound.RightBottom(), zoom)
		for x := first.X; x <= last.X; x++ {
			for y := first.Y; y <= last.Y; y++ {
				tiles[maptile.New(x, y, zoom)] = true
			}
		}
	}
	return tiles
}

// Pyramid draws all tiles that touch any of the bounds, from FirstZoom to LastZoom. A
// pixel of the last zoom is the height in its middle; before, the mean of the four that
// it covers.
func (t *Tiles) Pyramid(ctx context.Context, bounds []orb.Bound, keep func(Picture) error) error {
	p := pyramid{Tiles: t, ctx: ctx, last: t.LastZoom(), wanted: map[maptile.Tile]bool{}, keep: keep}
	for tile := range tilesOf(bounds, p.last) {
		for ; tile.Z >= FirstZoom && !p.wanted[tile]; tile = tile.Parent() {
			p.wanted[tile] = true
		}
	}
	for tile := range tilesOf(bounds, FirstZoom) {
		if _, err := p.draw(tile); err != nil {
			return err
		}
	}
	return t.Err()
}

type pyramid struct {
	*Tiles
	ctx    context.Context
	last   maptile.Zoom
	wanted map[maptile.Tile]bool
	keep   func(Picture) error
}

// heights are those of a tile's pixels in metres, row by row from the north; NaN where
// one is not known.
type heights [Side * Side]float64

// draw gives a tile and all that it is made of; nil when none is wanted there.
func (p *pyramid) draw(tile maptile.Tile) (*heights, error) {
	if err := p.ctx.Err(); err != nil {
		return nil, err
	}
	if !p.wanted[tile] {
		return nil, nil
	}
	h := new(heights)
	if tile.Z == p.last {
		p.sample(tile, h)
	} else {
		for _, child := range tile.Children() {
			drawn, err := p.draw(child)
			if err != nil {
				return nil, err
			}
			h.halve(drawn, int(child.X%2), int(child.Y%2))
		}
	}
	if tile.Z == forgetZoom {
		p.forget()
	}
	picture, err := h.picture(tile)
	if err != nil {
		return nil, err
	}
	return h, p.keep(picture)
}

// sample takes the height in the middle of each pixel.
func (p *pyramid) sample(tile maptile.Tile, h *heights) {
	scale := math.Exp2(float64(tile.Z)) * Side
	for row := range Side {
		y := (float64(tile.Y)*Side + float64(row) + 0.5) / scale
		lat := math.Atan(math.Sinh(math.Pi*(1-2*y))) * 180 / math.Pi
		for column := range Side {
			x := (float64(tile.X)*Side + float64(column) + 0.5) / scale
			h[row*Side+column] = p.At(orb.Point{x*360 - 180, lat})
		}
	}
}

// halve puts a child, nil for none, into its quarter of the tile.
func (h *heights) halve(child *heights, right, down int) {
	const half = Side / 2
	for row := range half {
		for column := range half {
			sum, n := 0.0, 0
			for _, at := range [4]int{0, 1, Side, Side + 1} {
				if child == nil {
					break
				}
				if v := child[2*row*Side+2*column+at]; !math.IsNaN(v) {
					sum, n = sum+v, n+1
				}
			}
			h[(down*half+row)*Side+right*half+column] = sum / float64(n) // NaN without any
		}
	}
}

// steps are how finely a metre is told: finer ones would be noise of the files, and take
// up most of a picture.
const steps = 4

func (h *heights) picture(tile maptile.Tile) (Picture, error) {
	filled, known := h.filled()
	drawn := image.NewNRGBA(image.Rect(0, 0, Side, Side))
	for i, v := range filled {
		v = math.Round(v*steps)/steps + 32768
		whole := int(v)
		drawn.SetNRGBA(i%Side, i/Side, color.NRGBA{R: uint8(whole >> 8), G: uint8(whole), B: uint8((v - float64(whole)) * 256), A: 255})
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, drawn); err != nil {
		return Picture{}, fmt.Errorf("elevation: %w", err)
	}
	return Picture{Tile: tile, PNG: out.Bytes(), Known: known}, nil
}

// filled has a height everywhere, as a hole would be a cliff: that of the nearest pixel of
// the row or, in a row without any, the one of the row before or after.
func (h *heights) filled() (heights, int) {
	filled, known := *h, 0
	for row := range Side {
		line := filled[row*Side : (row+1)*Side]
		for _, v := range line {
			if !math.IsNaN(v) {
				known++
			}
		}
		spread(line, 1)
	}
	for column := range Side {
		spread(filled[column:], Side)
	}
	for i, v := range filled {
		if math.IsNaN(v) {
			filled[i] = 0
		}
	}
	return filled, known
}

// spread gives each unknown value of a line of Side values that of the nearest known one.
func spread(line []float64, stride int) {
	from := make([]int, Side) // how far away the value came from
	for _, forwards := range []bool{true, false} {
		last, found := 0, false
		for n := range Side {
			i := n
			if !forwards {
				i = Side - 1 - n
			}
			at := i * stride
			switch {
			case from[i] == 0 && !math.IsNaN(line[at]):
				last, found = i, true
			case found && (math.IsNaN(line[at]) || max(last-i, i-last) < from[i]):
				line[at], from[i] = line[last*stride], max(last-i, i-last)
			}
		}
	}
}
