"""Documents of others that go out with a signed one, in files of their own: read in a confined child, sealed safely."""
