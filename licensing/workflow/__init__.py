"""Who has to do what next on an application: steps as data, run by a pure interpreter, kept as tasks."""
