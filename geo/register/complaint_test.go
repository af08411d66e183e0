package register

import (
	"math"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"github.com/rounds-project/rounds/geo"
)

func TestCheckHousehold_TakesAddressesOfManyCountries(t *testing.T) {
	t.Parallel()
	for _, place := range []geo.Household{
		{ID: "way/1234567890", Address: geo.Address{Street: "Avinguda Meritxell", Number: "12 bis", Postcode: "AD500", Place: "Andorra la Vella"}},
		{ID: "0363010000659001", Address: geo.Address{Street: "1e Constantijn Huygensstraat", Number: "20-H", Postcode: "1054 BR"}}, // Dutch BAG
		{ID: "9872023VH5797S0001WX", Address: geo.Address{Street: "Calle 23 de Febrero"}},                                           // Spanish cadastre
		{ID: "100023336956", Address: geo.Address{Street: "O'Connell St.", Number: "#4", Unit: "Flat 2/1"}},                         // British UPRN
		{ID: "3-2-401", Address: geo.Address{Street: "解放路", Number: "18号", Unit: "3单元401室", Place: "贵溪镇"}},
		{ID: "a", Address: geo.Address{Street: "Prison Lane", Place: "Asylum Road"}},
	} {
		place.At, place.Doors = orb.Point{1.5, 42.5}, 1
		if c := checkHousehold(place); c != nil {
			t.Errorf("%+v: %v", place, c)
		}
	}
}

func TestCheckHousehold_RefusesWhatIsAboutAPerson(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"11010519491231002X", "11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002X", // a published example
		"110105491231002", "13812345678", "138-1234-5678", "010-12345678", "+376 312 345", "(302) 555-0142", "078-05-1120",
		"12345678Z", "X1234567L", "key person", "Main St (KEY PERSON)", "petitioner", "released prisoner", "mental illness", "signs of unrest", "signs",
		"重点人员", "上访户", "刑满释放", "精神病人", "苗头", "身份证 1", "a@example.org",
	} {
		place := geo.Household{ID: "a", At: orb.Point{1.5, 42.5}, Doors: 1, Address: geo.Address{Street: text}}
		if c := checkHousehold(place); c == nil || c.Field != "street" {
			t.Errorf("street %q: %v", text, c)
		}
		place = geo.Household{ID: text, At: orb.Point{1.5, 42.5}, Doors: 1}
		if c := checkHousehold(place); c == nil || c.Field != "id" {
			t.Errorf("id %q: %v", text, c)
		}
	}
	place := geo.Household{ID: "123456789", At: orb.Point{1.5, 42.5}, Doors: 1}
	if c := checkHousehold(place); c == nil {
		t.Error("an id that looks like a household register number was taken")
	}
}

func TestCheckHousehold_NamesTheField(t *testing.T) {
	t.Parallel()
	good := geo.Household{ID: "a", At: orb.Point{1.5, 42.5}, Doors: 1}
	for field, spoil := range map[string]func(*geo.Household){
		"lat":          func(h *geo.Household) { h.At = orb.Point{42.5, 101.5} },
		"lon, lat":     func(h *geo.Household) { h.At = orb.Point{math.NaN(), 1} },
		"doors":        func(h *geo.Household) { h.Doors = 0 },
		"window":       func(h *geo.Household) { h.Window = &geo.Window{Opens: time.Hour} },
		"id":           func(h *geo.Household) { h.ID = "" },
		"house_number": func(h *geo.Household) { h.Address.Number = "1\n2" },
		"place":        func(h *geo.Household) { h.Address.Place = "\xff" },
	} {
		place := good
		spoil(&place)
		if c := checkHousehold(place); c == nil || c.Field != field {
			t.Errorf("%s: %v", field, c)
		}
	}
	if c := checkHousehold(good); c != nil {
		t.Error(c)
	}
}
