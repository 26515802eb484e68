"""Pictures of every screen for docs/screens.md: `python -m tests.pictures` runs the program over a sample day."""
