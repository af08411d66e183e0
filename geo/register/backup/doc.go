// Package backup keeps an installation in one encrypted file and brings it back:
// the database, the key file, the extracts, and what else lies in the data folder
// and cannot be made anew.
//
// A file is an age stream (age-encryption.org/v1) of a tar archive:
//
//	manifest.json    what the backup is of, a [Manifest]
//	database/000001  pg_dump's custom format in parts, so that no part of it ever
//	database/000002  lies anywhere in the clear
//	...
//	installation.key
//	erasures.log     what was erased, by digests
//	extracts/...
//	end              SHA-256 of all names and contents before it
//
// age refuses a file that was cut off or altered at the first wrong block; the last
// entry says that this program, too, wrote all it wanted to. [Write] reads its own
// file back before it gives it its name, and [Restore] reads all of it once before
// it touches anything.
package backup
