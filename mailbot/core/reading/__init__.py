"""What a piece of writing says: its type, its period, its matter, who issued it."""
