package inbox

import "regexp"

// SystemInWords is the coordinate system of a file by its number or, of a description,
// by a name that can be nothing else.
func SystemInWords(system string) string {
	if system == "" || epsgNumber.MatchString(system) {
		return system
	}
	if named := systemName.FindStringSubmatch(system); named != nil {
		return named[1]
	}
	return "those of a system that it describes"
}

var (
	epsgNumber = regexp.MustCompile(`^EPSG:[0-9]{1,7}$`)
	systemName = regexp.MustCompile(`^[A-Z_]+\["((?:WGS|ETRS|NAD|CGCS|RGF|OSGB|GDA|Pulkovo|Xian|Beijing)[0-9A-Za-z_ /]{0,50})"`)
)
