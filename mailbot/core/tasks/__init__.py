"""What one unit is given to do: how it is told, which mail answers it, how far it has come."""
