"""Requests to a person's own agent: what this installation signs, an agent checks, and one document is fetched with."""
