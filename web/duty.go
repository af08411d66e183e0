package web

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"

	"github.com/rounds-project/rounds/geo"
	"github.com/rounds-project/rounds/web/access"
)

// dutyFile is where an installation says, in the data folder, whom to call.
const dutyFile = "duty.json"

// Duty is whom a worker calls who meets a danger, and that body's own form. Rounds
// keeps no row, flag, count or draft of it.
type Duty struct {
	// Danger is a code of the closed list dangers.
	Danger string `json:"danger"`
	// Body is who is called, in English and Chinese; Phone and Form may be "".
	Body  bodyName `json:"body"`
	Phone string   `json:"phone"`
	Form  string   `json:"form"`
}

type bodyName struct {
	English string `json:"en"`
	Chinese string `json:"zh"`
}

//go:embed duty.json
var usualDuties []byte

var callable = regexp.MustCompile(`^\+?[0-9 ]{3,20}$`)

// LoadDuties reads the installation's file duty.json of the data folder; without it
// every danger says to ask the office. The error says what is wrong with the file.
func LoadDuties(dataFolder string) ([]Duty, error) {
	path := filepath.Join(dataFolder, dutyFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		text, err = usualDuties, nil
	}
	if err != nil {
		return nil, fmt.Errorf("web: duty to report: %w", err)
	}
	var duties []Duty
	if err := json.Unmarshal(text, &duties); err != nil {
		return nil, fmt.Errorf("web: %s is no list of {danger, body: {en, zh}, phone, form}: %w", path, err)
	}
	named := map[string]bool{}
	for _, duty := range duties {
		if err := duty.check(); err != nil {
			return nil, fmt.Errorf("web: %s: %s: %w", path, duty.Danger, err)
		}
		named[duty.Danger] = true
	}
	for _, danger := range geo.ClosedLists().Codes("dangers") {
		if !named[danger] {
			return nil, fmt.Errorf("web: %s says nobody to call for %s", path, danger)
		}
	}
	return duties, nil
}

func (d Duty) check() error {
	form, err := url.Parse(d.Form)
	_, known := geo.ClosedLists().Find("dangers", d.Danger)
	switch {
	case !known:
		return fmt.Errorf("the danger is none of %v", geo.ClosedLists().Codes("dangers"))
	case d.Body.English == "" || d.Body.Chinese == "":
		return errors.New("the body lacks its name in en or zh")
	case d.Phone != "" && !callable.MatchString(d.Phone):
		return errors.New("the phone is no number")
	case err != nil || d.Form != "" && (form.Scheme != "https" || form.Host == ""):
		return errors.New("the form is no address that begins with https://")
	}
	return nil
}

// listDuties is read once when the phone starts, so that opening the page asks
// nobody.
func (s *Server) listDuties(w http.ResponseWriter, _ *http.Request, _ access.Session) error {
	return answer(w, http.StatusOK, whole(s.Duties, func(d Duty) Duty { return d }))
}
