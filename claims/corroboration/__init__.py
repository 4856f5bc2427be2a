"""Who carries a statement, and in which words; who affirms a claim, who denies it, and since when."""
