"""Signed notes (C2SP): short texts with signatures that anybody can check, used for the log's checkpoints."""
