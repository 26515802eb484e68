"""Benchmarks of the program. They are not part of the wheel; run them with `python -m benchmarks`.

A *floor* is the least work that gives the same rows or claims: bare statements without permissions, history or feed. It
is measured in the same run, in alternating rounds, because the ratio of medians does not depend on a busy machine. A
*bar* is the limit that a ratio or a time must keep.
"""
