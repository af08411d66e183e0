package guide

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rounds-project/rounds/geo"
)

// localFolder, in the data folder, has what an installation adds to answers.
const localFolder = "guide"

// mostBytes is how long a text may be: phones keep all of them.
const mostBytes = 16 << 10

// Load gives the answers with what the installation adds in files guide/MATTER.LANGUAGE.md
// of its data folder: the law of the country, procedures, leaflets. Each stands below the
// shipped answer of the matter, or of its kind where the matter has none. The error says
// which file is wrong, and how.
func Load(dataFolder string) ([]Answer, error) {
	folder := filepath.Join(dataFolder, localFolder)
	files, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return Answers(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("guide: %w", err)
	}
	added := map[string]map[string]string{}
	for _, file := range files {
		path := filepath.Join(folder, file.Name())
		code, language, err := named(file.Name())
		if err == nil {
			err = readLocal(path, added, code, language)
		}
		if err != nil {
			return nil, fmt.Errorf("guide: %s: %w", path, err)
		}
	}
	return with(added), nil
}

// named is what a file's name says.
func named(name string) (code, language string, err error) {
	stem, is := strings.CutSuffix(name, ".md")
	code, language, _ = strings.Cut(stem, ".")
	switch {
	case !is || !slices.Contains(Languages, language):
		return "", "", fmt.Errorf("the name is not that of a matter with one of the endings .%s.md", strings.Join(Languages, ".md, ."))
	case !slices.Contains(codes(), code):
		return "", "", fmt.Errorf("%q is no matter of the list, and no kind of them", code)
	}
	return code, language, nil
}

func readLocal(path string, added map[string]map[string]string, code, language string) error {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(strings.ReplaceAll(string(bytes), "\r\n", "\n"))
	switch {
	case len(text) > mostBytes || !utf8.ValidString(text):
		return fmt.Errorf("it is longer than %d bytes, or not UTF-8", mostBytes)
	case !strings.HasPrefix(text, "## "):
		return errors.New(`it does not begin with a heading as "## The law here"`)
	}
	if err := checkBlocks(text); err != nil {
		return err
	}
	if added[code] == nil {
		added[code] = map[string]string{}
	}
	added[code][language] = text
	return nil
}

// checkBlocks refuses what pages do not draw: they know headings of the second level,
// paragraphs of one line and lists.
func checkBlocks(text string) error {
	for block := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(block, "\n")
		list := strings.HasPrefix(block, "- ")
		switch {
		case strings.TrimSpace(block) == "":
			return errors.New("two empty lines follow each other")
		case strings.HasPrefix(block, "#") && !strings.HasPrefix(block, "## "):
			return fmt.Errorf("%q is a heading of another level than the second", lines[0])
		case !list && len(lines) > 1:
			return fmt.Errorf("%q is followed by a line that is no paragraph of its own: leave an empty line between them", lines[0])
		case list && slices.ContainsFunc(lines, func(line string) bool { return !strings.HasPrefix(line, "- ") }):
			return fmt.Errorf("a list that begins with %q has lines without \"- \"", lines[0])
		}
	}
	return nil
}

// with are the answers in the order of the lists, with what was added to them.
func with(added map[string]map[string]string) []Answer {
	var all []Answer
	for _, code := range codes() {
		answer, found := own(code)
		if added[code] == nil {
			if found {
				all = append(all, answer)
			}
			continue
		}
		if !found {
			matter, _ := geo.ClosedLists().Find("matters", code)
			answer, _ = own(matter.Kind)
			answer.Code = code
		}
		for language, text := range added[code] {
			answer.Texts[language] += "\n\n" + text
		}
		all = append(all, answer)
	}
	return all
}
