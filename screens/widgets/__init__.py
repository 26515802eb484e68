"""Parts that every role's screen is made of."""
