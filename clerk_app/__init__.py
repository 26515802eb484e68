"""What a service centre does, and how the program is put together."""
