"""A window's side of replication: entries are pushed to the center, documents are pulled, work never waits for it."""
