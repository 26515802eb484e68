"""Replication between center and nodes: documents and messages."""
