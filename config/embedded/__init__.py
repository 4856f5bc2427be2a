"""A real PostgreSQL 18 from a wheel, made, started and stopped for the user, below DATA_DIR/postgres.

In order of use: `place` (where things are), `account` (which account of the machine runs it), `memory` (how much there
is), `complaints` (what it says, as sentences), `cluster` (making the data folder), `server` (starting, sharing and
stopping it), `backend` (Django's view of it).
"""
