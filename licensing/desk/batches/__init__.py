"""What has become of documents that were signed together."""
