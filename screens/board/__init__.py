"""The board of a hall: who is called to which window."""
