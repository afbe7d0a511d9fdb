"""What an official does on the page of an application."""
