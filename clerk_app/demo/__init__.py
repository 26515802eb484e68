"""Cities in a box: the sample city, films of its codes, and one case lived in it from end to end."""
