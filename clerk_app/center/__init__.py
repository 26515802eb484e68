"""The center: the HTTP service that performs the commands of the city's machines and replicates documents to them."""
