"""Who sent a mail, what proves it, and for which unit he speaks."""
