"""Implementations of the services in `clerk_app.views`, one package per role."""
