"""Datasets: the whole record, or its public part, as one NDJSON file that can be read back; `docs/dataset.md`."""
