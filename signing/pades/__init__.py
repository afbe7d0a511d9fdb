"""Makes PAdES signatures (ETSI EN 319 142-1): pure functions over bytes; no database, no key, no network."""
