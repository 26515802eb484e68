"""Contents of printed documents."""
