// Package round keeps rounds and their plans in PostGIS, and makes plans: a [Book]
// is what is written down, a [Planner] works on a proposal in the background.
//
// A plan is never edited: it is planning, then proposed, then published until the
// next one supersedes it. Every method takes who asks, and row-level security
// decides what there is to see.
package round
