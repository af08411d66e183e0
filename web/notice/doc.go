// Package notice tells people who work here what waits for them when they do not look: a
// digest each morning and what falls due, by e-mail (SMTP) and to their browser (Web Push,
// RFC 8030, 8291 and 8292). It is the only part that sends anything.
//
// A message has figures, and the id of what it is about in a link that opens after signing
// in. Whoever wants notices says where to; register.DB.QueueNotice has one sent, once to
// each place. A server that dies between sending and remembering it sends again, under the
// same Message-ID or topic, by which mailboxes and browsers know that it is the same.
package notice
