"""Timestamps from an RFC 3161 authority, whoever runs it."""
