"""Pictures of signatures and seals: whose, in which size, since when; checked and drawn anew before they are kept."""
