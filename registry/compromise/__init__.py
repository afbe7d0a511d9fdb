"""Lost keys: which papers they touched, and what becomes of each."""
