package tiles

import "testing"

// Sums are current once everything was read that came before somebody listened, and until
// something may be missed.
func TestNews_AreCurrentWhenNothingIsMissed(t *testing.T) {
	t.Parallel()
	n := newNews()
	listen := func() { n.note(func() { n.everything, n.listening = true, true }) }
	take := func() (everything bool) { _, _, _, everything = n.take(); return everything }
	steps := []struct {
		what string
		do   func()
		want bool
	}{
		{"everything was read and nobody listens", func() { n.note(func() { n.everything = true }); n.read(take(), false) }, false},
		{"somebody listens", listen, false},
		{"it is read", func() { n.read(take(), false) }, true},
		{"some of it is read", func() { n.read(false, false) }, true},
		{"the connection is lost", n.lose, false},
		{"all is read again, without a connection", func() { n.note(func() { n.everything = true }); n.read(take(), false) }, false},
		{"it is lost and back while all is read", func() { listen(); was := take(); n.lose(); listen(); n.read(was, false) }, false},
		{"all is read once more", func() { n.read(take(), false) }, true},
		{"some of it cannot be read", func() { n.read(false, true) }, false},
		{"only that it wakes for is read", func() { n.read(false, false) }, false},
		{"all is read after that", func() { n.read(take(), false) }, true},
	}
	for _, step := range steps {
		if step.do(); n.isCurrent() != step.want {
			t.Errorf("%s: current is %v", step.what, n.isCurrent())
		}
	}
}
