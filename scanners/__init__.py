"""How a code gets in: light to text, nothing more."""
