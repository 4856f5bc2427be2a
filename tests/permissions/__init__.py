"""What each role may do, asked of every address, and written down in docs/permissions.md."""
