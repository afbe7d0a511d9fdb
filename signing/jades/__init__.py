"""Signed JSON: JAdES (ETSI TS 119 182-1) on JWS (RFC 7515)."""
