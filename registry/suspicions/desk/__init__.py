"""Reports as officials see them."""
