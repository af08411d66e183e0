package access

import (
	"context"

	"github.com/rounds-project/rounds/geo/register"
)

type contextKey struct{}

// With is a context that knows who asks.
func With(ctx context.Context, session Session) context.Context {
	return context.WithValue(ctx, contextKey{}, session)
}

// From is the session that [With] put there.
func From(ctx context.Context) (Session, bool) {
	session, ok := ctx.Value(contextKey{}).(Session)
	return session, ok
}

// PrincipalFrom is who asks, for row-level security.
func PrincipalFrom(ctx context.Context) (register.Principal, bool) {
	session, ok := From(ctx)
	return session.Principal, ok
}
