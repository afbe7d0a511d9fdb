"""The built-in authorities, for trials and small installations that have no national certificates yet."""
