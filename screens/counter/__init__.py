"""Screen of the counter clerk."""
