"""View and sign, view and seal."""
