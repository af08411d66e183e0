// Package access says who asks: passwords, sessions and the roles that grants give
// at this moment.
//
// A session is an opaque token of 256 bits in a cookie; the database has its
// SHA-256. It lasts 12 hours, and an administrator's ends after 30 minutes without
// a request. Each request looks the session and the grants up anew, so that what is
// taken away is gone at the next one.
package access
