"""What is to be signed, on record before a key is touched, and its life until it is sealed or void."""
