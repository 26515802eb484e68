"""The reception's screen."""
