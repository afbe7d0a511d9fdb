"""Every use of a key, written down by the signer process alone, each line chained to the one before."""
