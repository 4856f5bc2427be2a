"""Questions that people ask of the record, each in one call, with their true answers."""
