"""Clients that others generate from the document that the server gives out, used on real answers."""
