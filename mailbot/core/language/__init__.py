"""Letters and words: how Vietnamese is written, mistyped and disguised; it knows nothing of reports."""
