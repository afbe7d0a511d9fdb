"""What people tell us about documents that were not found good: a suspicion, with the evidence of our own verdict."""
