"""Django's backend for the embedded server; `ENGINE = "config.embedded.backend"`."""
