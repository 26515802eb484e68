"""Camera capture in a child process."""
