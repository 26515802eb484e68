"""Tasks of the departments: queue, claims, decisions, supplements."""
