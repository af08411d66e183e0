package cql2

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseText reads a filter in CQL2-Text. The error is an [Error].
func ParseText(in string) (Expression, error) {
	if len(in) > MostBytes {
		return nil, &Error{MostBytes, "the filter is too long"}
	}
	if !utf8.ValidString(in) || strings.ContainsRune(in, 0) {
		return nil, &Error{0, "the filter is no UTF-8 text"}
	}
	p := &parser{in: in}
	if err := p.advance(); err != nil {
		return nil, err
	}
	e, err := p.disjunction()
	if err != nil {
		return nil, err
	}
	if p.now.kind != end {
		return nil, p.wrong("the filter should end here")
	}
	return e, nil
}

// parser descends by the grammar of the standard, annex B.
type parser struct {
	in  string
	now token
	budget
}

func (p *parser) advance() (err error) {
	p.now, err = next(p.in, p.now.end)
	return err
}

func (p *parser) wrong(problem string) error { return &Error{p.now.at, problem} }

// take goes on when the present token is a sign.
func (p *parser) take(s string) (bool, error) {
	if !p.now.sign(s) {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) expect(s string) error {
	taken, err := p.take(s)
	if err == nil && !taken {
		err = p.wrong("want " + s)
	}
	return err
}

// takeWord goes on when the present token is a keyword.
func (p *parser) takeWord(keyword string) (bool, error) {
	if !p.now.is(keyword) {
		return false, nil
	}
	return true, p.advance()
}

func (p *parser) disjunction() (Expression, error) {
	terms, err := p.terms("OR", p.conjunction)
	if len(terms) == 1 || err != nil {
		return first(terms), err
	}
	return Or(terms), nil
}

func (p *parser) conjunction() (Expression, error) {
	terms, err := p.terms("AND", p.factor)
	if len(terms) == 1 || err != nil {
		return first(terms), err
	}
	return And(terms), nil
}

func first(terms []Expression) Expression {
	if len(terms) == 0 {
		return nil
	}
	return terms[0]
}

// terms reads terms with a keyword between them.
func (p *parser) terms(keyword string, term func() (Expression, error)) (terms []Expression, err error) {
	for more := true; more; {
		e, err := term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, e)
		if more, err = p.takeWord(keyword); err != nil {
			return nil, err
		}
	}
	return terms, nil
}

func (p *parser) factor() (Expression, error) {
	if err := p.enter(p.now.at); err != nil {
		return nil, err
	}
	defer p.leave()
	if not, err := p.takeWord("NOT"); not || err != nil {
		if err != nil {
			return nil, err
		}
		e, err := p.factor()
		return Not{e}, err
	}
	if open, err := p.take("("); open || err != nil {
		if err != nil {
			return nil, err
		}
		e, err := p.disjunction()
		if err != nil {
			return nil, err
		}
		return e, p.expect(")")
	}
	return p.predicate()
}

func (p *parser) predicate() (Expression, error) {
	if name := strings.ToLower(p.now.value); p.now.kind == word && Relations[name] {
		return p.spatial(name)
	}
	left, err := p.scalar()
	if err != nil {
		return nil, err
	}
	if p.now.kind == sign {
		switch operator := p.now.value; operator {
		case "=", "<>", "<", ">", "<=", ">=":
			if err := p.advance(); err != nil {
				return nil, err
			}
			right, err := p.scalar()
			return Comparison{operator, left, right}, err
		}
	}
	if is, err := p.takeWord("IS"); is || err != nil {
		if err != nil {
			return nil, err
		}
		return p.isNull(left)
	}
	not, err := p.takeWord("NOT")
	if err != nil {
		return nil, err
	}
	e, err := p.operator(left)
	if err != nil {
		return nil, err
	}
	if e == nil {
		return p.alone(left, not)
	}
	if not {
		e = Not{e}
	}
	return e, nil
}

// alone is a value that is a predicate by itself.
func (p *parser) alone(value Scalar, not bool) (Expression, error) {
	if !not {
		switch value := value.(type) {
		case Bool:
			return value, nil
		case Property:
			return value, nil
		}
	}
	return nil, p.wrong("want a comparison: =, <>, <, >, <=, >=, LIKE, BETWEEN, IN or IS NULL")
}

func (p *parser) isNull(value Scalar) (Expression, error) {
	not, err := p.takeWord("NOT")
	if err != nil {
		return nil, err
	}
	if null, err := p.takeWord("NULL"); !null || err != nil {
		if err == nil {
			err = p.wrong("want NULL")
		}
		return nil, err
	}
	property, ok := value.(Property)
	if !ok {
		return nil, p.wrong("IS NULL is asked of a property")
	}
	if not {
		return Not{IsNull{property}}, nil
	}
	return IsNull{property}, nil
}

// operator reads LIKE, BETWEEN or IN after a value; nil when there is none of them.
func (p *parser) operator(value Scalar) (Expression, error) {
	switch {
	case p.now.is("LIKE"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		pattern, err := p.scalar()
		return Like{value, pattern}, err
	case p.now.is("BETWEEN"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		least, err := p.scalar()
		if err != nil {
			return nil, err
		}
		if and, err := p.takeWord("AND"); !and || err != nil {
			if err == nil {
				err = p.wrong("want AND between the bounds")
			}
			return nil, err
		}
		most, err := p.scalar()
		return Between{value, least, most}, err
	case p.now.is("IN"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		list, err := p.list()
		return In{value, list}, err
	}
	return nil, nil
}

func (p *parser) list() (list []Scalar, err error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	for more := true; more; {
		value, err := p.scalar()
		if err != nil {
			return nil, err
		}
		list = append(list, value)
		if more, err = p.take(","); err != nil {
			return nil, err
		}
	}
	return list, p.expect(")")
}

func (p *parser) scalar() (Scalar, error) {
	if err := p.enter(p.now.at); err != nil {
		return nil, err
	}
	defer p.leave()
	now := p.now
	switch {
	case now.kind == text:
		return Text(now.value), p.advance()
	case now.kind == quoted:
		return Property(now.value), p.advance()
	case now.kind == number, now.sign("-"), now.sign("+"):
		n, err := p.number()
		return Number(n), err
	case now.is("TRUE"), now.is("FALSE"):
		return Bool(now.is("TRUE")), p.advance()
	case now.is("CASEI"), now.is("DATE"), now.is("TIMESTAMP"):
		return p.call(now)
	case now.kind == word && !reserved[strings.ToUpper(now.value)]:
		return Property(now.value), p.advance()
	}
	return nil, p.wrong("want a property or a value; texts stand in '...'")
}

// reserved words are names only in "...".
var reserved = map[string]bool{"AND": true, "OR": true, "NOT": true, "LIKE": true, "BETWEEN": true, "IN": true, "IS": true, "NULL": true}

// call reads CASEI(...), DATE('...') or TIMESTAMP('...'); without a parenthesis it is a
// property of that name.
func (p *parser) call(name token) (Scalar, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	open, err := p.take("(")
	if err != nil || !open {
		return Property(name.value), err
	}
	argument := p.now
	value, err := p.scalar()
	if err != nil {
		return nil, err
	}
	literal, isText := value.(Text)
	switch {
	case name.is("CASEI"):
		value = Casei{value}
	case !isText:
		return nil, &Error{argument.at, "want a text in '...'"}
	case name.is("DATE"):
		value, err = dateOf(argument.at, string(literal))
	default:
		value, err = timestampOf(argument.at, string(literal))
	}
	if err != nil {
		return nil, err
	}
	return value, p.expect(")")
}

func (p *parser) number() (float64, error) {
	negative := p.now.sign("-")
	if negative || p.now.sign("+") {
		if err := p.advance(); err != nil {
			return 0, err
		}
	}
	n, err := strconv.ParseFloat(p.now.value, 64)
	if p.now.kind != number || err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, p.wrong("want a number")
	}
	if negative {
		n = -n
	}
	return n, p.advance()
}
