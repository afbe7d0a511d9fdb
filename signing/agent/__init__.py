"""The agent: a program on an official's own machine that shows a document and signs it with the official's own key."""
