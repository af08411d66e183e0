// Package client reads a server of Rounds by a token: what has changed (docs/feeds.md) and
// the features of a layer (docs/gis.md). It needs the standard library alone, and asks for
// nothing that changes anything.
//
// Types of answers (types.go, and types.ts for TypeScript) are generated from the server's
// own OpenAPI; a test tells when they are out of date:
//
//	go test ./web/client -run AreThoseOfTheDescription -update
package client
