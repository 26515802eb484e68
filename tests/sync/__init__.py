"""Tests of the window's side of replication."""
