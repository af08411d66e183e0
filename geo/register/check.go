package register

import "github.com/rounds-project/rounds/geo"

// CheckHousehold says why a place of a file is refused: a field out of bounds, or
// something about a person. It is nil when the place may be taken.
func CheckHousehold(h geo.Household) *Complaint { return checkHousehold(h) }

// CheckArea says why an area of a file is refused; it is nil when it may be taken.
func CheckArea(a geo.Area) *Complaint { return checkArea(a) }

// CheckName says why the name of an area or a unit is refused; it is nil when it may be
// kept.
func CheckName(field, name string) *Complaint { return checkAddress(field, name, 120) }

// CheckPart says why a text is refused in one column of a household: its id or a part of
// its address; it is nil when it may be kept.
func CheckPart(column, text string) *Complaint {
	switch column {
	case "id":
		return checkID(text, 64)
	case "house_number", "unit", "postcode":
		return checkAddress(column, text, 24)
	}
	return checkAddress(column, text, 120)
}
