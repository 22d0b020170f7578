"""Official Vietnamese of our own: what letters, papers and pages all say in the same words."""
