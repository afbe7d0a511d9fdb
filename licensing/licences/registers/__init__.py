"""Number registers: every number that an agency gave, void ones too, as its clerk keeps the book of outgoing papers."""
