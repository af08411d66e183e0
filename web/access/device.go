package access

import (
	"net/http"

	"github.com/mileusna/useragent"

	"github.com/rounds-project/rounds/geo/register"
)

// browsers and systems are what the parser calls the codes of the closed lists.
var (
	browsers = map[string]string{
		useragent.Chrome: "chrome", useragent.HeadlessChrome: "chrome", useragent.Edge: "edge", useragent.Firefox: "firefox",
		useragent.Safari: "safari", useragent.MobileSafari: "safari", useragent.SamsungBrowser: "samsung",
	}
	systems = map[string]string{
		useragent.Android: "android", useragent.IOS: "ios", useragent.Windows: "windows", useragent.MacOS: "macos",
		useragent.Linux: "linux", useragent.ChromeOS: "chromeos",
	}
)

// deviceOf is the class of the browser that a request comes from. The header itself
// is kept nowhere.
func deviceOf(r *http.Request) register.Device {
	agent := useragent.Parse(r.UserAgent())
	return register.Device{Browser: codeOf(browsers, agent.Name), System: codeOf(systems, agent.OS)}
}

func codeOf(codes map[string]string, name string) string {
	if code, known := codes[name]; known {
		return code
	}
	return "other"
}
