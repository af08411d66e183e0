package gis

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// TextOf is a file of text as UTF-8, and what it was written in: "UTF-8", "UTF-16",
// "GB18030" or "Windows-1252", told by the whole of it. What is UTF-8 but for some bytes
// stays as it is, for [Table] to say where they are.
func TextOf(in Input) (text io.Reader, from string, err error) {
	from, err = encodingOfText(in)
	if err != nil {
		return nil, "", err
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return nil, "", wrap(err)
	}
	switch from {
	case "UTF-16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(in), from, nil
	case "GB18030":
		return simplifiedchinese.GB18030.NewDecoder().Reader(in), from, nil
	case "Windows-1252":
		return charmap.Windows1252.NewDecoder().Reader(in), from, nil
	}
	return in, from, nil
}

// encodingOfText reads a file once.
func encodingOfText(in Input) (string, error) {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return "", wrap(err)
	}
	buffer := bufio.NewReaderSize(in, 1<<16)
	start, err := buffer.Peek(4)
	if err != nil && err != io.EOF {
		return "", wrap(err)
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) {
		return "UTF-16", nil
	}
	right, wrong := 0, 0
	// strange are lines that are no UTF-8: enough of them to guess by.
	var strange []byte
	for {
		line, err := buffer.ReadSlice('\n')
		if isASCII(line) {
			line = nil
		} else if !utf8.Valid(line) && len(strange) < 1<<16 {
			strange = append(strange, line...)
		}
		for rest := line; len(rest) > 0; {
			r, size := utf8.DecodeRune(rest)
			if r == utf8.RuneError && size == 1 {
				// A buffer may end inside a letter.
				if !(err == bufio.ErrBufferFull && len(rest) < utf8.UTFMax) {
					wrong++
				}
			} else if size > 1 {
				right++
			}
			rest = rest[size:]
		}
		switch err {
		case nil, bufio.ErrBufferFull:
			continue
		case io.EOF:
		default:
			return "", fmt.Errorf("gis: %w", err)
		}
		break
	}
	if wrong == 0 || right > wrong {
		return "UTF-8", nil
	}
	if guess(string(strange)) == "Windows-1252 (Latin)" {
		return "Windows-1252", nil
	}
	return "GB18030", nil
}

func isASCII(line []byte) bool {
	for _, b := range line {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// guessText is a text of an unknown encoding.
func guessText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	decoder := simplifiedchinese.GB18030.NewDecoder()
	if guess(string(b)) == "Windows-1252 (Latin)" {
		decoder = charmap.Windows1252.NewDecoder()
	}
	text, err := decoder.Bytes(b)
	if err != nil {
		return string(bytes.ToValidUTF8(b, []byte("\uFFFD")))
	}
	return string(text)
}
