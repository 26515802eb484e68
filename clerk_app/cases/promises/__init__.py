"""Promises at an acceptance: commitments (告知承诺), papers to be brought later (容缺), and their follow-up."""
