"""Judges signed PDFs, ours and anybody's: whether each signature is good and what was changed afterwards."""
