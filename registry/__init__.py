"""What the public may rely on; has never heard of applications."""
