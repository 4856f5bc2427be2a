"""Work on text, dates and addresses that needs no database and imports no Django."""
