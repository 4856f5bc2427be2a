"""Counting, each answer by one SQL statement over the newest of the statements asked for."""
