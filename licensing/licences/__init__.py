"""From a grant to a licence that anyone can check: prepare, sign, seal, enter. The only door to the registry."""
