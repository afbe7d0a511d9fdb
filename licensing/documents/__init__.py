"""Files that belong to an application: looked into before they are kept, never changed, given back safely."""
