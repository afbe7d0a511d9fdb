"""Who people are, for which agency they act, and how they prove it; agencies, positions and appointments."""
