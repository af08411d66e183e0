// Package photo takes in pictures of hazards and services: judged by their content,
// made anew without anything that came with them, and kept under random names.
package photo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	_ "image/png" // formats that are taken
	"io"

	"github.com/bep/imagemeta"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
)

// Bounds of what comes in and what is kept.
const (
	// MostBytes of a file.
	MostBytes = 12 << 20
	// mostPixels keep a decoder below about 200 MB; cameras of phones have 12 million.
	mostPixels = 25_000_000
	// longestSide of what is kept, in pixels.
	longestSide = 1600
	quality     = 82
)

// Reasons for refusing a file.
var (
	ErrTooLarge   = fmt.Errorf("photo: the file has more than %d MB", MostBytes>>20)
	ErrPixels     = fmt.Errorf("photo: the picture has more than %d million pixels", mostPixels/1_000_000)
	ErrNoPicture  = errors.New("photo: this is no JPEG, PNG or WebP picture")
	ErrIncomplete = errors.New("photo: the picture is damaged or cut off")
)

// decoding holds a place for the one picture that is in memory at a time.
var decoding = make(chan struct{}, 1)

// Remake reads a picture and gives it as a JPEG of at most 1600 pixels a side, the
// right way up. Of the file nothing else is left: no EXIF, no place, no preview, and
// nothing that hid behind the picture. What the file is called or says that it is
// does not matter. The error is one of this package's, or that of ctx.
func Remake(ctx context.Context, from io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(from, MostBytes+1))
	if err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	if len(content) > MostBytes {
		return nil, ErrTooLarge
	}
	config, format, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || config.Width < 1 || config.Height < 1 {
		return nil, ErrNoPicture
	}
	if int64(config.Width)*int64(config.Height) > mostPixels {
		return nil, ErrPixels
	}
	select {
	case decoding <- struct{}{}:
		defer func() { <-decoding }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, ErrIncomplete
	}
	var made bytes.Buffer
	if err := jpeg.Encode(&made, turn(shrink(picture), orientation(content, format)), &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("photo: %w", err)
	}
	return made.Bytes(), nil
}

// shrink draws a picture on white, no larger than it may be.
func shrink(picture image.Image) *image.RGBA {
	width, height := picture.Bounds().Dx(), picture.Bounds().Dy()
	if longest := max(width, height); longest > longestSide {
		width, height = max(1, width*longestSide/longest), max(1, height*longestSide/longest)
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Over, nil)
	return small
}

// orientation is EXIF's, 1 to 8; cameras turn the picture by it and not by pixels.
func orientation(content []byte, format string) int {
	kind, known := map[string]imagemeta.ImageFormat{"jpeg": imagemeta.JPEG, "png": imagemeta.PNG, "webp": imagemeta.WebP}[format]
	turned := 1
	if !known {
		return turned
	}
	// What cannot be read leaves the picture as it lies.
	_, _ = imagemeta.Decode(imagemeta.Options{
		R: bytes.NewReader(content), ImageFormat: kind, Sources: imagemeta.EXIF,
		ShouldHandleTag: func(tag imagemeta.TagInfo) bool { return tag.Tag == "Orientation" && tag.Namespace == "IFD0" },
		HandleTag: func(tag imagemeta.TagInfo) error {
			if value, ok := tag.Value.(uint16); ok && value >= 1 && value <= 8 {
				turned = int(value)
			}
			return nil
		},
	})
	return turned
}

// turn puts a picture the right way up: each pixel of the new one comes from where
// EXIF's orientation says (Exif 2.32, 4.6.4, tag 0x0112).
func turn(picture *image.RGBA, orientation int) *image.RGBA {
	if orientation == 1 {
		return picture
	}
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	w, h := width, height
	if orientation >= 5 {
		w, h = height, width
	}
	turned := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fromX, fromY := x, y
			switch orientation {
			case 2:
				fromX = width - 1 - x
			case 3:
				fromX, fromY = width-1-x, height-1-y
			case 4:
				fromY = height - 1 - y
			case 5:
				fromX, fromY = y, x
			case 6:
				fromX, fromY = y, height-1-x
			case 7:
				fromX, fromY = width-1-y, height-1-x
			case 8:
				fromX, fromY = width-1-y, x
			}
			turned.SetRGBA(x, y, picture.RGBAAt(fromX, fromY))
		}
	}
	return turned
}
