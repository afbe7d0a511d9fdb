"""One request for one licence, from the first draft until the file is closed (hồ sơ)."""
