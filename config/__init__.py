"""Settings, URLs and the server of the attribution record."""

__version__ = "0.1.0"
