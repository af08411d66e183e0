package register

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/rounds-project/rounds/geo"
)

// Complaint says why a row of a file is refused. It never repeats a value that
// might be about a person.
type Complaint struct {
	// Row counts from 1; 0 stands for the file as a whole.
	Row   int64  `json:"row"`
	Field string `json:"field"`
	// Problem says what is wrong and what to do.
	Problem string `json:"problem"`
}

func (c Complaint) Error() string {
	if c.Row == 0 {
		return fmt.Sprintf("%s: %s", c.Field, c.Problem)
	}
	return fmt.Sprintf("row %d: %s: %s", c.Row, c.Field, c.Problem)
}

const (
	problemPerson = "looks like the number of a person (identity, phone, household register), which Rounds does not keep; use the id of a building or an address"
	problemNote   = "holds a note about people, which Rounds does not keep; leave only the address"
	problemLength = "is longer than %d characters; shorten it"
	problemChars  = "holds a control character, such as a line break; remove it"
	problemDigits = "holds nine or more digits in a row, which no address has; remove them"
)

// checkHousehold is nil, or the first complaint about a place.
func checkHousehold(h geo.Household) *Complaint {
	if h.ID == "" {
		return &Complaint{Field: "id", Problem: "is empty; give each row the id of its building or address"}
	}
	if c := checkID(h.ID, 64); c != nil {
		return c
	}
	return checkPlace(h)
}

// checkPlace is checkHousehold for a place whose id is no source's: the digits of a
// random one mean nobody.
func checkPlace(h geo.Household) *Complaint {
	if c := checkPoint(h.At); c != nil {
		return c
	}
	if h.Doors < 1 || h.Doors > 2000 {
		return &Complaint{Field: "doors", Problem: fmt.Sprintf("is %d; want 1 to 2000", h.Doors)}
	}
	if h.Window != nil && (h.Window.Opens < 0 || h.Window.Opens >= h.Window.Closes || h.Window.Closes > 24*time.Hour) {
		return &Complaint{Field: "window", Problem: "closes before it opens; want window_start before window_end, as 09:00 and 12:30"}
	}
	return checkAddressParts(h.Address)
}

// checkAddressParts is nil, or the first complaint about a part of an address.
func checkAddressParts(a geo.Address) *Complaint {
	for _, part := range []struct {
		field, text string
		most        int
	}{
		{"street", a.Street, 120}, {"house_number", a.Number, 24}, {"unit", a.Unit, 24},
		{"postcode", a.Postcode, 24}, {"place", a.Place, 120},
	} {
		if c := checkAddress(part.field, part.text, part.most); c != nil {
			return c
		}
	}
	return nil
}

// checkPoint repeats no number: in a column of the wrong name it may be a phone's.
func checkPoint(p [2]float64) *Complaint {
	lon, lat := p[0], p[1]
	switch {
	case math.IsNaN(lon) || math.IsNaN(lat) || math.IsInf(lon, 0) || math.IsInf(lat, 0):
		return &Complaint{Field: "lon, lat", Problem: "is not a number; want degrees, such as 1.52 and 42.51"}
	case math.Abs(lat) > 90 && math.Abs(lon) <= 90:
		return &Complaint{Field: "lat", Problem: "is more than 90 degrees; are lon and lat swapped?"}
	case math.Abs(lat) > 90 || math.Abs(lon) > 180:
		return &Complaint{Field: "lon, lat", Problem: "are no degrees; name their system with --crs, such as --crs 25831"}
	}
	return nil
}

// checkID looks at a source key of at most so many characters.
func checkID(id string, most int) *Complaint {
	if elementID.MatchString(id) {
		return nil
	}
	if c := checkText("id", id, most); c != nil {
		return c
	}
	if registerNumber.MatchString(norm.NFKC.String(id)) {
		return &Complaint{Field: "id", Problem: problemPerson}
	}
	return nil
}

// checkAddress looks at a part of an address, or at a name, as the database does.
func checkAddress(field, text string, most int) *Complaint {
	if c := checkText(field, text, most); c != nil {
		return c
	}
	if plain := norm.NFKC.String(text); hasDigits(plain, 9) && nineDigits.MatchString(plain) {
		return &Complaint{Field: field, Problem: problemDigits}
	}
	return nil
}

// checkText looks at a text that will be kept: its length in characters, and that
// it is nothing about a person.
func checkText(field, text string, most int) *Complaint {
	switch {
	case !utf8.ValidString(text):
		return &Complaint{Field: field, Problem: "is not UTF-8; save the file as UTF-8"}
	case utf8.RuneCountInString(text) > most:
		return &Complaint{Field: field, Problem: fmt.Sprintf(problemLength, most)}
	case strings.ContainsFunc(text, isControl):
		return &Complaint{Field: field, Problem: problemChars}
	}
	plain := norm.NFKC.String(text) // full-width digits and letters too
	switch {
	case isPersonal(plain):
		return &Complaint{Field: field, Problem: problemPerson}
	case isNote(plain):
		return &Complaint{Field: field, Problem: problemNote}
	}
	return nil
}

// isControl is what PostgreSQL calls [:cntrl:], and the marks that turn a line around.
func isControl(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

var (
	nineDigits = regexp.MustCompile(`[0-9]{9}`)
	// A Chinese household register booklet has nine digits and nothing else.
	registerNumber = regexp.MustCompile(`^\D{0,4}[0-9]{9}$`)
	// The id of an OpenStreetMap element has as many digits as a phone number.
	elementID = regexp.MustCompile(`^(node|way|relation)/[0-9]{1,14}$`)
	// Digits as people group them.
	digitRun   = regexp.MustCompile(`[0-9](?:[ .\-]?[0-9])*[xX]?`)
	digitMarks = strings.NewReplacer(" ", "", ".", "", "-", "")
	phone      = regexp.MustCompile(`\+ ?[0-9](?:[ .()\-]*[0-9]){7,}|^00[0-9]{9,}$|\([0-9]{3}\) ?[0-9]{3}-[0-9]{4}`)
	usSocial   = regexp.MustCompile(`\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b`)
	spanishID  = regexp.MustCompile(`\b([XYZxyz0-9][0-9]{7})-?([A-Za-z])\b`)
)

// notes are what lists about people say. They are a net for a field that should
// hold an address; that there is no column for such a list is the actual
// protection. A pattern is tried only on a text that holds its word, for an import
// looks at every text of millions of rows; without a pattern the word is enough.
var notes = []struct {
	word    string
	pattern *regexp.Regexp
}{
	{"@", nil},
	{"key", regexp.MustCompile(`\bkey[ _-]?(person|people|individual)`)},
	{"petition", regexp.MustCompile(`\bpetition`)},
	{"prisoner", released}, {"convict", released}, {"inmate", released}, {"offender", released},
	{"mental", regexp.MustCompile(`\bmental(ly)?[ _-]?(ill|health|disorder|patient)`)},
	{"psych", regexp.MustCompile(`\bpsych(iatric|otic)`)},
	{"schizophren", regexp.MustCompile(`\bschizophren`)},
	{"drug", regexp.MustCompile(`\bdrug[ _-]?(user|addict)`)},
	{"sign", regexp.MustCompile(`\bsigns?[ _-]?(of|:|=)|^\s*signs?\s*$`)},
	{"suspect", regexp.MustCompile(`\bsuspect`)},
	{"troublemaker", regexp.MustCompile(`\btroublemaker`)},
	{"extremis", regexp.MustCompile(`\bextremis`)},
	{"criminal record", regexp.MustCompile(`\bcriminal record`)},
	{"hukou", regexp.MustCompile(`\bhukou`)},
	{"passport", regexp.MustCompile(`\bpassport`)},
	{"card", regexp.MustCompile(`\bid[ _-]?card`)},
	{"phone:", regexp.MustCompile(`\bphone:`)},
	{"重点人", nil}, {"重点对象", nil}, {"重点户", nil}, {"上访", nil}, {"信访", nil}, {"访民", nil}, {"刑满", nil}, {"刑释", nil},
	{"释放人员", nil}, {"精神病", nil}, {"精神障碍", nil}, {"精神分裂", nil}, {"吸毒", nil}, {"戒毒", nil}, {"邪教", nil}, {"苗头", nil},
	{"迹象", nil}, {"维稳", nil}, {"稳控", nil}, {"社区矫正", nil}, {"前科", nil}, {"闹事", nil}, {"身份证", nil}, {"户口", nil},
	{"户号", nil}, {"户籍号", nil}, {"手机号", nil}, {"电话号", nil},
}

var released = regexp.MustCompile(`\b(released|former|ex)[ _-]?(prisoner|convict|inmate|offender)`)

// isNote says whether a text says what lists about people say.
func isNote(text string) bool {
	lower := strings.ToLower(text)
	for _, n := range notes {
		if strings.Contains(lower, n.word) && (n.pattern == nil || n.pattern.MatchString(lower)) {
			return true
		}
	}
	return false
}

// fewestDigits has the shortest number that isPersonal knows, the Spanish NIE.
const fewestDigits = 7

// isPersonal says whether a text holds a number that a person has: by its check
// digit where there is one, by its form otherwise.
func isPersonal(text string) bool {
	if !hasDigits(text, fewestDigits) {
		return false
	}
	if phone.MatchString(text) || isIdentity(text) {
		return true
	}
	return slices.ContainsFunc(digitRuns(text), isChinesePhone)
}

// isIdentity says whether a text holds the number of an identity document.
func isIdentity(text string) bool {
	if usSocial.MatchString(text) {
		return true
	}
	for _, match := range spanishID.FindAllStringSubmatch(text, -1) {
		if isSpanishID(match[1], match[2]) {
			return true
		}
	}
	return slices.ContainsFunc(digitRuns(text), func(digits string) bool { return isChineseID(digits) || isOldChineseID(digits) })
}

// digitRuns are the digits of a text that stand together, without what groups them.
func digitRuns(text string) []string {
	runs := digitRun.FindAllString(text, -1)
	for i, run := range runs {
		runs[i] = digitMarks.Replace(run)
	}
	return runs
}

// hasDigits says whether a text has so many digits, together or apart.
func hasDigits(text string, want int) bool {
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			if want--; want == 0 {
				return true
			}
		}
	}
	return false
}

// isChineseID checks a resident identity number (GB 11643-1999): region, date of
// birth, order, and a check digit by ISO 7064 MOD 11-2.
func isChineseID(id string) bool {
	if len(id) != 18 || !isRegion(id[:2]) {
		return false
	}
	if _, err := time.Parse("20060102", id[6:14]); err != nil {
		return false
	}
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		digit := int(id[i] - '0')
		if id[i] == 'X' || id[i] == 'x' {
			digit = 10
		}
		sum += digit * weight
		weight = weight * 2 % 11
	}
	return sum%11 == 1
}

// isOldChineseID knows the form of 15 digits that was given out until 1999.
func isOldChineseID(id string) bool {
	if len(id) != 15 || !isRegion(id[:2]) {
		return false
	}
	_, err := time.Parse("060102", id[6:12])
	return err == nil
}

// isRegion says whether a code of GB/T 2260 begins like this.
func isRegion(two string) bool {
	return two >= "11" && two <= "15" || two >= "21" && two <= "23" || two >= "31" && two <= "37" || two >= "41" && two <= "46" ||
		two >= "50" && two <= "54" || two >= "61" && two <= "65" || two == "71" || two == "81" || two == "82" || two == "91"
}

func isChinesePhone(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3' ||
		(len(digits) >= 10 && len(digits) <= 12 && digits[0] == '0')
}

// isSpanishID checks the letter of a DNI or NIE.
func isSpanishID(digits, letter string) bool {
	digits = strings.NewReplacer("X", "0", "x", "0", "Y", "1", "y", "1", "Z", "2", "z", "2").Replace(digits)
	n, err := strconv.Atoi(digits)
	return err == nil && strings.EqualFold(string("TRWAGMYFPDXBNJZSQVHLCKE"[n%23]), letter)
}
