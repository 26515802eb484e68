"""QR decoder."""
