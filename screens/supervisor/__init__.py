"""Screen of the supervisor."""
