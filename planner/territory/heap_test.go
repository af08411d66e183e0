package territory

import (
	"testing"

	"pgregory.net/rapid"
)

func TestHeap_GivesTheSmallestFirst(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var h heap
		for i, key := range rapid.SliceOf(rapid.Float64Range(0, 9)).Draw(t, "keys") {
			h.push(entry{key, int32(i)})
		}
		var before entry
		for n := 0; len(h) > 0; n++ {
			e := h.pop()
			if n > 0 && e.before(before) {
				t.Fatalf("%v after %v", e, before)
			}
			before = e
		}
	})
}
