// Package feed tells other systems what has changed: a unit's own system which cases it was
// handed, a planner's which routes were published. Whoever asks reads by a token, page by
// page from where it was (GET /feed/cases, GET /feed/routes); whoever would rather be told
// has a webhook, at a host that the officer approved, signed as Standard Webhooks 1.0 says
// (standardwebhooks.com). Both show what leaves and nothing else, docs/feeds.md.
package feed
