package register_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rounds-project/rounds/geo/register"
)

func TestParseText_TakesWhatIsTheMatter(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                         "",
		"  Third step\n is loose ": "Third step is loose",
		"Since 2027-03-01 10:30, lamp post 12-4, block 3, unit 1201": "Since 2027-03-01 10:30, lamp post 12-4, block 3, unit 1201",
		"三号楼二单元七楼楼道灯不亮，2027年3月1日起":                                   "三号楼二单元七楼楼道灯不亮，2027年3月1日起",
		"The ramp is 1.20 m wide and 6 % steep":                      "The ramp is 1.20 m wide and 6 % steep",
		strings.Repeat("字", 500):                                     strings.Repeat("字", 500),
	} {
		if got, err := register.ParseText(text); err != nil || got != want {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestParseText_RefusesNumbersOfPeople(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"ask 11010519491231002X", "身份证１１０１０５１９４９１２３１００２Ｘ", "call 13812345678", "打一三八一二三四五六七八",
		"+376 712 345", "tel. 0971 234567", "his DNI is 12345678Z", "123-45-6789", "٠٥٠١٢٣٤٥٦٧", "(971) 234-5678", "1 3 8 1 2 3 4 5 6 7 8",
	} {
		if _, err := register.ParseText(text); !errors.Is(err, register.ErrTextPerson) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := register.ParseText(strings.Repeat("字", 501)); !errors.Is(err, register.ErrTextLong) {
		t.Errorf("501 characters: %v", err)
	}
}

// Whatever is taken, the database takes too.
func FuzzParseText(f *testing.F) {
	for _, text := range []string{"Third step is loose", "三号楼", "2027-03-01 10:30", "\x00a\u0085b", "½ ⅓ ② 1\u20093\u20098"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := register.ParseText(text)
		if err != nil {
			return
		}
		if again, err := register.ParseText(got); err != nil || again != got {
			t.Errorf("%q is read as %q, and then as %q, %v", text, got, again, err)
		}
		run := 0
		for _, r := range got {
			if r < ' ' || r >= 0x7f && r < 0xa0 {
				t.Errorf("%q holds a control character", got)
			}
			if run++; r < '0' || r > '9' {
				run = 0
			}
			if run == 9 {
				t.Errorf("%q has nine digits", got)
			}
		}
	})
}
