"""Papers of an application: records of its steps, and what was handed out."""
