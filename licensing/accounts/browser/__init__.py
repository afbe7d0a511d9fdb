"""Signing in with a browser: Flask-Security's forms and views on our accounts, attempts and sessions."""
