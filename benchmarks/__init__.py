"""Benchmarks of the program. They are not part of the wheel; run them with `python -m benchmarks`.

A *floor* is the least work that gives the same rows or claims: raw statements without permissions, history or feed.
Program and floor are measured in the same run in alternating rounds, because the ratio of their medians is the same on
a busy machine. A *bar* is the limit for a ratio or a time.
"""
