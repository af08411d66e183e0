package upload

import (
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/rounds-project/rounds/geo/gis"
)

// head is the beginning of a text, so that a preview of a large one is quick; all of a file
// of another kind, whose index may be at its end.
func head(file *File) gis.Input {
	looks, err := gis.Sniff(file)
	if err != nil || looks == gis.LooksRecords || file.upload.Bytes <= PartBytes {
		return file
	}
	return io.NewSectionReader(file, 0, PartBytes)
}

func digestOf(file *File) ([]byte, error) {
	digest := sha256.New()
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if _, err := io.Copy(digest, file); err != nil {
		return nil, fmt.Errorf("upload: %w", err)
	}
	_, err := file.Seek(0, io.SeekStart)
	return digest.Sum(nil), err
}
