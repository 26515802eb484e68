"""Simulation of a whole city with faults, from a seed."""
