"""Service of the board: reads the calls of a hall and speaks them."""
