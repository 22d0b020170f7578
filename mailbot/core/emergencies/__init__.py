"""Urgent matters: what alerts whom at any hour, what goes on with what, and until when."""
