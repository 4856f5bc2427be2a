"""Who may do what: roles, tokens, limits, and the guard of the login."""
