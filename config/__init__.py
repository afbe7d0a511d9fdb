"""How this installation is set up and run; knows no word of the domain."""
