"""Keeps evidence alive: what a document rests on, until when, and its renewal before that (PAdES B-LTA)."""
