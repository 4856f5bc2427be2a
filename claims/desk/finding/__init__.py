"""What the desk's dialogs look for: speakers, topics, events, roles, statements."""
