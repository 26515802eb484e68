"""A window's side of the line to its center: what it did goes up, what is true comes down, work never waits."""
