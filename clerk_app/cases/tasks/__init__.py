"""Tasks of the organs: queue, claims, decisions, supplements."""
