"""What lists of statements come to: how many have which value, and how wording moved from month to month."""
