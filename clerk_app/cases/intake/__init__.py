"""From a draft to an accepted case."""
