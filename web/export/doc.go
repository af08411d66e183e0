// Package export lets files out: one function, one closed list of layers and
// fields. A record of who asks for what is committed before the first byte is
// written, every file says what it is and until when, and ids in it are pseudonyms
// that join with no other file.
package export
