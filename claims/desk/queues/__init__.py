"""What waits at the desk, for whom, and who gets it next."""
