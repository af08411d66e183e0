package audit

import "crypto/sha256"

// hash is a SHA-256.
type hash = [sha256.Size]byte

// What a digest is of comes first in it, so that an inner node can never pass for a
// leaf (RFC 6962, 2.1).
const (
	leafPrefix = 0
	nodePrefix = 1
)

func leafHash(content []byte) hash {
	// A row of the log fits; a longer leaf is copied to the heap.
	var short [256]byte
	return sha256.Sum256(append(append(short[:0], leafPrefix), content...))
}

func nodeHash(left, right hash) hash {
	var content [1 + 2*sha256.Size]byte
	content[0] = nodePrefix
	copy(content[1:], left[:])
	copy(content[1+sha256.Size:], right[:])
	return sha256.Sum256(content[:])
}

// tree is the Merkle tree of RFC 6962 over leaves that come one by one: it holds the
// roots of its complete subtrees, one for each bit of the number of leaves. The zero
// value has no leaves.
type tree struct {
	leaves int
	roots  []hash // the largest subtree first
}

func (t *tree) add(content []byte) {
	sum := leafHash(content)
	for n := t.leaves; n&1 == 1; n >>= 1 {
		sum = nodeHash(t.roots[len(t.roots)-1], sum)
		t.roots = t.roots[:len(t.roots)-1]
	}
	t.roots = append(t.roots, sum)
	t.leaves++
}

// root is that of all leaves; of none it is the digest of nothing.
func (t *tree) root() hash {
	if t.leaves == 0 {
		return sha256.Sum256(nil)
	}
	sum := t.roots[len(t.roots)-1]
	for i := len(t.roots) - 2; i >= 0; i-- {
		sum = nodeHash(t.roots[i], sum)
	}
	return sum
}

// clear makes the tree empty again.
func (t *tree) clear() { t.leaves, t.roots = 0, t.roots[:0] }
