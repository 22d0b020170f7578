"""How fast mailbot is beside what people would use instead: `make bench`."""
