"""Deterministic simulation of a whole city in one process: center, windows, departments and kiosks.

One seed determines a scenario of actions and faults. After the scenario the network is repaired, every node
synchronises, and the invariants are checked.
"""
