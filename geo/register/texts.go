package register

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Errors of [ParseText].
var (
	// ErrTextLong says that a text is longer than [TextRoom].
	ErrTextLong = errors.New("register: a text has 500 characters at most")
	// ErrTextPerson says that a text holds a number that belongs to a person.
	ErrTextPerson = errors.New("register: a text says what, not who: leave identity and telephone numbers out")
)

// TextRoom is how many characters a text has at most.
const TextRoom = 500

var (
	// writtenDate is taken out before numbers are looked for: 2027-03-01, 1.3.2027.
	writtenDate = regexp.MustCompile(`\b(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{4})\b`)
	// anyPhone is a number that may be dialled: seven digits or more, grouped as people do.
	anyPhone = regexp.MustCompile(`\+?[0-9](?:[ .()/\-]{0,2}[0-9]){6,}`)
)

// ParseText reads what somebody wrote about a matter, in one line. Numbers of people
// are refused by their check digits and by their form, whatever digits they are
// written with. The error may be [ErrTextLong] or [ErrTextPerson].
func ParseText(text string) (string, error) {
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError }), " ")
	if utf8.RuneCountInString(text) > TextRoom {
		return "", ErrTextLong
	}
	plain := plainDigits(text)
	if isPersonal(plain) || anyPhone.MatchString(writtenDate.ReplaceAllString(plain, " ")) {
		return "", ErrTextPerson
	}
	return text, nil
}

// plainDigits writes the digits of every script as 0 to 9, and letters as wide as
// their kin.
func plainDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if n, is := chineseDigits[r]; is {
			return n
		}
		if r > unicode.MaxASCII && unicode.Is(unicode.Nd, r) {
			// The digits of a script stand in one row from its zero.
			zero := r
			for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
				zero--
			}
			return '0' + (r - zero)
		}
		return r
	}, norm.NFKC.String(text))
}

// chineseDigits are those with which a number is read out.
var chineseDigits = map[rune]rune{'〇': '0', '零': '0', '一': '1', '幺': '1', '二': '2', '三': '3', '四': '4', '五': '5', '六': '6', '七': '7', '八': '8', '九': '9'}
