"""What holds a letter back or leads it elsewhere: brakes, approval, dead addresses."""
