package photo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// arrow is red in its upper left quarter, so that a turn shows.
func arrow(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			picture.Set(x, y, color.White)
			if x < width/2 && y < height/2 {
				picture.Set(x, y, color.RGBA{R: 255, A: 255})
			}
		}
	}
	return picture
}

func asJPEG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const secret = "Canary Street 7"

// withEXIF puts a segment with an orientation and a description behind the start of
// a JPEG.
func withEXIF(content []byte, orientation uint16) []byte {
	tiff := []byte("MM\x00*\x00\x00\x00\x08\x00\x02")
	tag := func(id, kind uint16, count uint32, value []byte) {
		tiff = binary.BigEndian.AppendUint16(tiff, id)
		tiff = binary.BigEndian.AppendUint16(tiff, kind)
		tiff = binary.BigEndian.AppendUint32(tiff, count)
		tiff = append(tiff, value...)
	}
	tag(0x010e, 2, uint32(len(secret)+1), []byte{0, 0, 0, 38})
	tag(0x0112, 3, 1, []byte{byte(orientation >> 8), byte(orientation), 0, 0})
	tiff = append(tiff, 0, 0, 0, 0)
	tiff = append(tiff, secret+"\x00"...)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, byte((len(segment)+2)>>8), byte(len(segment)+2))
	return append(append(out, segment...), content[2:]...)
}

func TestRemake_LeavesNothingButThePicture(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"EXIF":              withEXIF(asJPEG(t, arrow(40, 20)), 1),
		"a page behind it":  append(asJPEG(t, arrow(40, 20)), "<script>"+secret+"</script>"...),
		"an archive behind": append(asPNG(t, arrow(40, 20)), "PK\x03\x04"+secret...),
	} {
		made, err := Remake(t.Context(), bytes.NewReader(content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bytes.Contains(made, []byte(secret)) || bytes.Contains(made, []byte("Exif")) || bytes.Contains(made, []byte("<script")) || bytes.Contains(made, []byte("PK\x03\x04")) {
			t.Errorf("%s is still there", name)
		}
		if picture, err := jpeg.Decode(bytes.NewReader(made)); err != nil || picture.Bounds().Dx() != 40 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRemake_TurnsThePictureUp(t *testing.T) {
	t.Parallel()
	// Where the red quarter of a picture ends, by orientation: right, below.
	for orientation, want := range map[uint16][2]bool{1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true}, 5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true}} {
		made, err := Remake(t.Context(), bytes.NewReader(withEXIF(asJPEG(t, arrow(64, 32)), orientation)))
		if err != nil {
			t.Fatal(err)
		}
		picture, err := jpeg.Decode(bytes.NewReader(made))
		if err != nil {
			t.Fatal(err)
		}
		width, height := picture.Bounds().Dx(), picture.Bounds().Dy()
		if upright := width == 64; upright != (orientation < 5) {
			t.Errorf("orientation %d: %d x %d", orientation, width, height)
		}
		for _, corner := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
			x, y := width/4, height/4
			if corner[0] {
				x = width * 3 / 4
			}
			if corner[1] {
				y = height * 3 / 4
			}
			_, green, _, _ := picture.At(x, y).RGBA()
			if red := green < 0x8000; red != (corner == want) {
				t.Errorf("orientation %d: red at %v is %v", orientation, corner, red)
			}
		}
	}
}

func TestRemake_MakesLargePicturesSmall(t *testing.T) {
	t.Parallel()
	made, err := Remake(t.Context(), bytes.NewReader(asPNG(t, image.NewGray(image.Rect(0, 0, 4000, 2000)))))
	if err != nil {
		t.Fatal(err)
	}
	if config, err := jpeg.DecodeConfig(bytes.NewReader(made)); err != nil || config.Width != longestSide || config.Height != longestSide/2 {
		t.Errorf("%+v, %v", config, err)
	}
}

// bomb is a PNG of a few bytes that says it has very many pixels.
func bomb(width, height uint32) []byte {
	header := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	header = append(binary.BigEndian.AppendUint32(header, height), 8, 2, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(out, header...), crc32.ChecksumIEEE(header))
}

func TestRemake_RefusesHostileFiles(t *testing.T) {
	t.Parallel()
	whole := asJPEG(t, arrow(200, 200))
	for name, test := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":               {nil, ErrNoPicture},
		"a page":                {[]byte("<!doctype html><script>alert(1)</script>"), ErrNoPicture},
		"SVG":                   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), ErrNoPicture},
		"GIF":                   {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), ErrNoPicture},
		"PDF":                   {[]byte("%PDF-1.7"), ErrNoPicture},
		"a page before it":      {append([]byte("<html>"), whole...), ErrNoPicture},
		"a JPEG that is a page": {append([]byte{0xff, 0xd8, 0xff, 0xe0}, "<script>alert(1)</script>"...), ErrNoPicture},
		"a bomb":                {bomb(60_000, 60_000), ErrPixels},
		"a bomb that overflows": {bomb(1<<31-1, 1<<31-1), ErrNoPicture},
		"a bomb without pixels": {bomb(4000, 4000), ErrIncomplete},
		"cut off":               {whole[:len(whole)/2], ErrIncomplete},
		"too large":             {append(bytes.Clone(whole), make([]byte, MostBytes)...), ErrTooLarge},
	} {
		if made, err := Remake(t.Context(), bytes.NewReader(test.content)); !errors.Is(err, test.want) || made != nil {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func TestShelf_KeepsWhatIsRecorded(t *testing.T) {
	t.Parallel()
	shelf := Shelf{Folder: filepath.Join(t.TempDir(), "photos")}
	kept, gone := uuid.New(), uuid.New()
	for _, id := range []uuid.UUID{kept, gone} {
		if err := shelf.Put(id, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	info, err := os.Stat(shelf.path(kept))
	if err != nil || info.Mode().Perm() != 0o600 || strings.Contains(info.Name(), "incident") {
		t.Errorf("%v %v", info, err)
	}
	if n, err := shelf.Sweep(time.Now(), []uuid.UUID{kept}); n != 0 || err != nil {
		t.Errorf("a picture that is being recorded: %d, %v", n, err)
	}
	if n, err := shelf.Sweep(time.Now().Add(2*settled), []uuid.UUID{kept}); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := shelf.Get(gone); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the other one: %v", err)
	}
	if _, err := shelf.Get(kept); err != nil {
		t.Error(err)
	}
}

func FuzzRemake(f *testing.F) {
	f.Add(withEXIF(asJPEG(f, arrow(16, 8)), 6))
	f.Add(asPNG(f, arrow(16, 8)))
	f.Add(bomb(1000, 1000))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if config, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil && config.Width*config.Height > 1<<20 {
			return // is slow to fuzz, and tested above
		}
		made, err := Remake(context.Background(), bytes.NewReader(content))
		if err != nil {
			return
		}
		if config, err := jpeg.DecodeConfig(bytes.NewReader(made)); err != nil || max(config.Width, config.Height) > longestSide {
			t.Errorf("%+v, %v", config, err)
		}
	})
}
