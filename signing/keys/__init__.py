"""Private keys: opened by the signer process and by nobody else."""
