"""What is proposed and what is decided about an application, by whom, on what evidence."""
