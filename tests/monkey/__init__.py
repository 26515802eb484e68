"""Random input for all roles of one city: real programs on pseudo terminals, a real center, and checks at the end."""
