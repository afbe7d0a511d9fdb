"""Sign with the agent on one's own machine: how it is paired, and what it is asked."""
