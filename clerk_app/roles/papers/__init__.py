"""Papers as pictures: taken in, kept, and shown."""
