"""Implementations of the screens' services, one package per role."""
