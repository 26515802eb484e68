"""The administrator at an office: the staff list."""
