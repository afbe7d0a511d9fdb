"""Anchors of other authorities in named groups: who took which in and out, and lists that are fetched."""
