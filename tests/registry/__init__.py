"""Tests of the import from other registers."""
