"""Acts on more than one row: recording a statement, moving it through review."""
