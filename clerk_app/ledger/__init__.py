"""The ledger: an append-only log of commands and decisions in hash chains (event sourcing), and its replication.

Start with `door.py`, the command processor, and `commands.py`, the rules that it applies.
"""
