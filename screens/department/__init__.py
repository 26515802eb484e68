"""Screen of the department officer."""
