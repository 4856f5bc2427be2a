"""Django's PostgreSQL backend, which refuses versions before 15 and says plainly why it cannot connect."""
