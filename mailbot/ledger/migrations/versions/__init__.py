"""One file a step; the revision is the number in its name."""
