"""Official papers of the service that are no licence, each with one file and one template: so far the refusal."""
