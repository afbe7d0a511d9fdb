"""How long the authority may take: working days as the law counts them, and the clock of each application."""
