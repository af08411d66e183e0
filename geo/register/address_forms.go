package register

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/rounds-project/rounds/geo"
)

// normalAddresses are the forms in which files may give an address: street, number
// and unit, with and without postcode and place. None without a digit, as a street
// is no place. Each is the words of it in alphabetical order, so that "12 High
// Street" is "High Street 12", and one line is the same as its parts.
func normalAddresses(a geo.Address) []string {
	return addressForms(a, "", a.Postcode, a.Place, a.Postcode+" "+a.Place)
}

// addressForms are the forms of street, number and unit with each of more.
func addressForms(a geo.Address, more ...string) []string {
	address := words(a.Street + " " + a.Number + " " + a.Unit)
	if !slices.ContainsFunc(address, func(word string) bool { return unicode.IsDigit([]rune(word)[0]) }) {
		return nil
	}
	var forms []string
	for _, m := range more {
		form := slices.Concat(address, words(m))
		slices.Sort(form)
		if line := strings.Join(form, " "); !slices.Contains(forms, line) {
			forms = append(forms, line)
		}
	}
	return forms
}

// words are the runs of letters, the runs of digits and the Han characters of a text,
// folded, without accents, which are marks of their own after NFKD. Chinese has no
// space between a town and its street; the mark of a number (12号) is left out, as many
// a column has the number alone.
func words(text string) []string {
	var all []string
	const none, digit, letter, han = 0, 1, 2, 3
	class := none
	for _, r := range norm.NFKD.String(cases.Fold().String(text)) {
		before := class
		switch {
		case unicode.IsMark(r):
			continue
		case unicode.IsDigit(r):
			class = digit
		case unicode.Is(unicode.Han, r):
			class = han
		case unicode.IsLetter(r):
			class = letter
		default:
			class = none
			continue
		}
		if r == '号' || r == '號' {
			continue
		}
		if class != before || class == han {
			all = append(all, "")
		}
		all[len(all)-1] += string(r)
	}
	return all
}
