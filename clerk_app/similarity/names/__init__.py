"""Enterprise names: parts, comparison, the register at the center, checks and reservations."""
