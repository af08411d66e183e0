package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress tells a person what a command is doing: a bar on a terminal, a line for
// each step elsewhere.
type progress struct {
	out   io.Writer
	fancy bool
	bar   *progressbar.ProgressBar
	step  string
	began time.Time
}

// newProgress writes to out, which is a terminal or not.
func newProgress(out io.Writer) *progress {
	file, isFile := out.(*os.File)
	return &progress{out: out, fancy: isFile && term.IsTerminal(int(file.Fd()))}
}

// tell says that done of total are through in a step; a new step ends the one
// before. A total of 0 is unknown.
func (p *progress) tell(step string, done, total int64) {
	if step != p.step {
		p.end()
		p.step, p.began = step, time.Now()
		if p.fancy {
			p.bar = progressbar.NewOptions64(max(total, -1),
				progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(step),
				progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond),
				progressbar.OptionClearOnFinish(), progressbar.OptionShowElapsedTimeOnFinish())
		}
	}
	if p.bar != nil {
		p.bar.ChangeMax64(max(total, 1))
		p.bar.Set64(min(done, max(total, 1)))
	}
}

// note says something once, on a line of its own; "" says nothing.
func (p *progress) note(text string) {
	if text == "" {
		return
	}
	p.end()
	fmt.Fprintf(p.out, "note: %s\n", text)
}

// end finishes the step: what remains on the screen is one line that says how long
// it took.
func (p *progress) end() {
	if p.step == "" {
		return
	}
	if p.bar != nil {
		p.bar.Clear()
		p.bar = nil
	}
	fmt.Fprintf(p.out, "%s: %.1f s\n", p.step, time.Since(p.began).Seconds())
	p.step = ""
}
