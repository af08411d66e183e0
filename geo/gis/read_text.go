package gis

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

var errNoText = errors.New("gis: neither a text nor a number")

// foldName is the name of a column as it is looked up.
func foldName(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// asText is a value of a typed column as a table has it.
func asText(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case string:
		return strings.ToValidUTF8(v, "\uFFFD"), nil
	case []byte:
		return strings.ToValidUTF8(string(v), "\uFFFD"), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case bool:
		return strconv.FormatBool(v), nil
	case time.Time:
		if v.Hour() == 0 && v.Minute() == 0 && v.Second() == 0 {
			return v.Format(time.DateOnly), nil
		}
		return v.Format(time.DateTime), nil
	}
	return "", errNoText
}
