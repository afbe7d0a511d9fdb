"""The only process that holds keys, and how the others ask it."""
