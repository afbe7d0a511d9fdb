"""Invented data for a trial installation, and a walk through the whole line over the API. All of it says so."""
