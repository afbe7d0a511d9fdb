"""Whom we believe: the roots an installation accepts, and what their authorities say about revoked
certificates.
"""
