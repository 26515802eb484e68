"""Similarity of long texts: fingerprints, passages, meaning."""
