"""Every table of this package, imported for the migrations and the grants."""
