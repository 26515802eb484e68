"""The screen of an administrator."""
