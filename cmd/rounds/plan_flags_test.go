package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPlan_RefusesAWrongCommandLine(t *testing.T) {
	t.Parallel()
	extract, out := fileOf(t, "village.osm", village()), filepath.Join(t.TempDir(), "plan")
	for _, c := range []struct{ want, flags string }{
		{"--workers is missing", ""},
		{"--workers 0; want 1 to 10000", "--workers 0"},
		{"--workers -3; want 1 to 10000", "--workers=-3"},
		{"--mode \"horse\" is none of foot, bike, car", "--workers 1 --mode horse"},
		{"--visit 0s", "--workers 1 --visit 0s"},
		{"--visit 1.5s", "--workers 1 --visit 1500ms"},
		{"--visit \"15\"; want a duration, such as 30s, 15m or 6h", "--workers 1 --visit 15"},
		{"--seed \"x\"; want a whole number", "--workers 1 --seed x"},
		{"--shift is 10m0s long and a visit takes 15m0s", "--workers 1 --shift 10m"},
		{"--shift \"30h\"", "--workers 1 --shift 30h"},
		{"--shift \"16h\" from 08:30 ends after midnight", "--workers 1 --shift 16h"},
		{"--shift \"22:00-06:00\"", "--workers 1 --shift 22:00-06:00"},
		{"--shift \"9-15\"", "--workers 1 --shift 9-15"},
		{"--break: the break \"noon\" is no length like 30m", "--workers 1 --break noon"},
		{"--break: a break of 30m0s from 15:00-16:00 does not fit the shift 08:30-14:30", "--workers 1 --break 30m@15:00-16:00"},
		{"--from \"1 March\" is no date", "--workers 1 --from 1~March"},
		{"--from \"2027-02-29\" is no date", "--workers 1 --from 2027-02-29"},
		{"--timezone \"Mars/Olympus\" is unknown", "--workers 1 --timezone Mars/Olympus"},
		{"--days 0; want 1 to 36600", "--workers 1 --days 0"},
		{"--days 1000000000; want 1 to 36600", "--workers 1 --days 1000000000"},
		{"--time and --iterations exclude each other", "--workers 1 --time 1s --iterations 5"},
		{"--time 0s", "--workers 1 --time 0s"},
		{"--iterations 0", "--workers 1 --iterations 0"},
		{"--threads -1", "--workers 1 --threads=-1"},
		{"unknown flag: --speed", "--workers 1 --speed 3"},
	} {
		args := []string{"plan", extract, "--out", out}
		for _, flag := range strings.Fields(c.flags) {
			args = append(args, strings.ReplaceAll(flag, "~", " "))
		}
		code, stdout, errors := commandLine(args...)
		if code != exitUsage || !strings.Contains(errors, c.want) || strings.Count(errors, "\n") != 1 || stdout != "" {
			t.Errorf("%q: exit %d, %q; want 2 and one line with %q", c.flags, code, errors, c.want)
		}
	}
	if code, _, errors := commandLine("plan", "--workers", "1", "--out", out); code != exitUsage || strings.Count(errors, "\n") != 1 {
		t.Errorf("without an input: exit %d, %q", code, errors)
	}
	if code, _, errors := commandLine("plan", extract, "--workers", "1"); code != exitUsage || !strings.Contains(errors, "--out is missing") {
		t.Errorf("without --out: exit %d, %q", code, errors)
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a folder was written")
	}
}

func TestPlan_RefusesFewerThanTwentyHouseholds(t *testing.T) {
	t.Parallel()
	rows := villageRows(19)
	// Rows of one place are one household, however many they are.
	double := rows + "again,1.5003,42.5001,\"Row 1, 1\"\n"
	for name, text := range map[string]string{"few.csv": rows, "double.csv": double, "none.csv": "id,lon,lat\n"} {
		out := filepath.Join(t.TempDir(), "plan")
		code, _, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--households", fileOf(t, name, text), "--workers", "1", "--out", out)
		if code != exitUsage || !strings.Contains(errors, "20 at least") {
			t.Errorf("%s: exit %d, %q; want 2", name, code, errors)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a folder was written", name)
		}
	}
}

func TestRounds_ShowsHowACommandIsCalled(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"plan":                  "rounds: something is missing; want: rounds plan INPUT... [flags] (see rounds plan --help)\n",
		"route --osm x.osm 1,2": "want: rounds route --osm FILE LON,LAT LON,LAT... [flags]",
		"export a b":            `"b" is one argument too many; want: rounds export LAYER [flags]`,
		"import osm":            "want: rounds import osm FILE [flags]",
		"fly":                   `unknown command "fly" for "rounds"`,
	} {
		code, out, errors := commandLine(strings.Fields(line)...)
		if code != exitUsage || out != "" || !strings.Contains(errors, want) || strings.Count(errors, "\n") != 1 {
			t.Errorf("rounds %s: exit %d, printed %q, %q; want %q", line, code, out, errors, want)
		}
	}
}

func TestPlan_SaysWhyNobodyCanBeVisited(t *testing.T) {
	t.Parallel()
	extract := fileOf(t, "village.osm", village())
	early := strings.Replace(villageRows(30), "address\n", "address,window_start,window_end\n", 1)
	early = strings.ReplaceAll(early, "\"\n", "\",06:00,07:00\n")
	alone, _, _ := strings.Cut(team, "bo,")
	island := fileOf(t, "island.csv", strings.ReplaceAll(alone, "1.5000,42.5000", "1.5600,42.5000"))
	for _, c := range []struct{ want, flags string }{
		{"30 have a window that no shift meets", "--workers 2 --households " + fileOf(t, "early.csv", early)},
		{"60 cannot be reached from where the workers start", "--workers " + island},
		{"60 take longer than any shift", "--shift 16m --visit 16m --workers 1"},
	} {
		out := filepath.Join(t.TempDir(), "plan")
		code, stdout, errors := commandLine(append([]string{"plan", extract, "--iterations", "1", "--out", out}, strings.Fields(c.flags)...)...)
		if code != exitFailure || stdout != "" || !strings.Contains(lastLine(errors), c.want) {
			t.Errorf("%s: exit %d, %q, %q; want %q", c.flags, code, stdout, errors, c.want)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a folder was written", c.flags)
		}
	}
}

func TestPlan_SaysHowManyDaysMoreWouldDo(t *testing.T) {
	t.Parallel()
	code, stdout, errors := commandLine("plan", fileOf(t, "village.osm", village()), "--workers", "1", "--days", "1", "--shift", "2h", "--iterations", "50",
		"--out", filepath.Join(t.TempDir(), "plan"))
	if code != 0 || !strings.Contains(stdout, "more would do: ") || !strings.Contains(stdout, "in the territory of w01") {
		t.Errorf("exit %d, %q, %q", code, stdout, errors)
	}
}
