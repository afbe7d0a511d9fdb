"""What an agency states under its seal without a PDF: a JSON document, on record before the key is asked."""
