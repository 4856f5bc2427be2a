"""Work on quoted words that needs no database and imports no Django."""
