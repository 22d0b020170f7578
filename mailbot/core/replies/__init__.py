"""What people write to the clerk: commands, wishes and pleas, and what follows from them."""
