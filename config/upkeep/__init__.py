"""Backing a database up, restoring it, and verifying that all of it is as it must be.

In order of use: `login` and `programs` (PostgreSQL's own programs and how they log in), `contents` (counts and digests
of the tables), `manifest`, `archive` and `listing` (the backup file), `backing_up`, `restoring` with `databases` and
`rewriting`, `verifying` with `pages`, `catalogue` and `structure`; `progress` and `commands` for what people see.
"""
