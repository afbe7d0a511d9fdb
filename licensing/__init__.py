"""The service: from a published procedure to a licence."""
