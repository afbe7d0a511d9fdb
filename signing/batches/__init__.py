"""Many documents signed with one PIN: authorised together, signed one by one as jobs, each with its own result."""
