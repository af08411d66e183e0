package cql2

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind of a token.
type kind int

const (
	end kind = iota
	word
	quoted // a name in "
	text   // in '
	number
	sign
)

// token is a piece of the text; of names and texts value is without the quotes.
type token struct {
	kind  kind
	value string
	at    int
	end   int
}

// is says whether it is a word, whatever its case.
func (t token) is(keyword string) bool { return t.kind == word && strings.EqualFold(t.value, keyword) }

func (t token) sign(s string) bool { return t.kind == sign && t.value == s }

// next reads the token at a byte of the text.
func next(in string, at int) (token, error) {
	for at < len(in) && strings.IndexByte(" \t\r\n", in[at]) >= 0 {
		at++
	}
	if at >= len(in) {
		return token{kind: end, at: len(in), end: len(in)}, nil
	}
	first, _ := utf8.DecodeRuneInString(in[at:])
	switch {
	case first == '\'' || first == '"':
		return readQuoted(in, at)
	case first >= '0' && first <= '9' || first == '.':
		return readNumber(in, at), nil
	case first == '_' || first == ':' || unicode.IsLetter(first):
		stop := at
		for stop < len(in) {
			r, size := utf8.DecodeRuneInString(in[stop:])
			if r != '_' && r != ':' && r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				break
			}
			stop += size
		}
		return token{word, in[at:stop], at, stop}, nil
	}
	for _, s := range []string{"<>", "<=", ">=", "<", ">", "=", "(", ")", ",", "-", "+"} {
		if strings.HasPrefix(in[at:], s) {
			return token{sign, s, at, at + len(s)}, nil
		}
	}
	return token{}, &Error{at, "this letter means nothing here"}
}

// readQuoted reads to the closing quote; a doubled quote stands for itself, and so does
// one after \.
func readQuoted(in string, at int) (token, error) {
	quote := in[at]
	var value strings.Builder
	for i := at + 1; i < len(in); i++ {
		switch {
		case in[i] == quote && i+1 < len(in) && in[i+1] == quote, in[i] == '\\' && i+1 < len(in) && in[i+1] == quote:
			value.WriteByte(quote)
			i++
		case in[i] == quote:
			t := token{text, value.String(), at, i + 1}
			if quote == '"' {
				t.kind = quoted
			}
			return t, nil
		default:
			value.WriteByte(in[i])
		}
	}
	return token{}, &Error{at, "the quote is not closed"}
}

func readNumber(in string, at int) token {
	stop := at
	for stop < len(in) {
		c := in[stop]
		exponent := (c == '+' || c == '-') && stop > at && (in[stop-1] == 'e' || in[stop-1] == 'E')
		if (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && !exponent {
			break
		}
		stop++
	}
	return token{number, in[at:stop], at, stop}
}
