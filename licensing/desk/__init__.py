"""The pages of officials: what waits for them, and one application with everything that they may do now."""
