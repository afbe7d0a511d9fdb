"""The procedures that the authority offers, as text that officials can read and law people can check."""
