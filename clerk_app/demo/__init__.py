"""The sample city and `clerk demo`: its data, films of its codes, and a walk through one case."""
