"""Fault tests: programs and servers are killed at any moment, and what remains is checked."""
