"""Deterministic simulation of a whole city in one process: center, windows, departments and kiosks.

A scenario of actions and faults comes from one seed. After it, the network is repaired, every node synchronises, and
the invariants are checked.
"""
