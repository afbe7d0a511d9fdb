"""Signatures whose value comes later and from elsewhere: a token in somebody's hands, a telephone."""
