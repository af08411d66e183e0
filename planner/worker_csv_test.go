package planner

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestReadWorkers_TakesOpenEndsDaysOffAndSkills(t *testing.T) {
	t.Parallel()
	const text = "id,name,start_lon,start_lat,end_lon,end_lat,shift_start,shift_end,skills,days_off,break\n" +
		"anna,Anna,1.5,42.5,1.6,42.6,08:30,14:30,ladder;sign,2027-03-01 2027-03-02,30m@11:00-12:00\n" +
		"王,,1.5,42.5,,,09:00,24:00,,,\n"
	workers, err := ReadWorkers(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Worker{
		{ID: "anna", Name: "Anna", Start: [2]float64{1.5, 42.5}, End: &[2]float64{1.6, 42.6}, Shift: [2]string{"08:30", "14:30"},
			Skills: []string{"ladder", "sign"}, DaysOff: []string{"2027-03-01", "2027-03-02"},
			Break: &Break{30 * time.Minute, *window("11:00", "12:00")}},
		{ID: "王", Name: "王", Start: [2]float64{1.5, 42.5}, Shift: [2]string{"09:00", "24:00"}, Skills: []string{}, DaysOff: []string{}},
	}
	if !reflect.DeepEqual(workers, want) {
		t.Errorf("%+v, want %+v", workers, want)
	}
}

// FuzzReadWorkers asks that no file, however broken, panics or gives a worker whom a
// plan could not take.
func FuzzReadWorkers(f *testing.F) {
	const header = "id,name,start_lon,start_lat,end_lon,end_lat,shift_start,shift_end,skills,days_off,break\n"
	f.Add([]byte(header + "anna,Anna,1.5,42.5,,,08:30,14:30,ladder;sign,2027-03-01,30m\n"))
	f.Add([]byte(strings.ReplaceAll(header, ",", ";") + "a;b;1,5;42,5;1,5;42,5;08:30;24:00;;;30m@12:00-13:00\n"))
	f.Fuzz(func(t *testing.T, content []byte) {
		workers, err := ReadWorkers(bytes.NewReader(content))
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("says %q", err)
			}
			return
		}
		if len(workers) == 0 {
			t.Error("no workers, and no error")
		}
		for i := range workers {
			shift, err := shiftOf(&workers[i])
			if err == nil {
				err = workers[i].Break.validate(shift.window())
			}
			if err != nil || strings.ContainsAny(workers[i].ID, `/\:*?"<>|`) {
				t.Errorf("%+v: %v", workers[i], err)
			}
		}
	})
}
