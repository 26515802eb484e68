"""Finished cases measured: working days, steps, papers and visits, per one thing and per matter."""
