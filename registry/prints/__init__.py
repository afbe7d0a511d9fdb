"""Certified prints of licences, numbered one after another for each: what anybody may be told of one."""
