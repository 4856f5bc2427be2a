"""What statements, speakers and sources were before: shown to the public and to curators, and restored."""
