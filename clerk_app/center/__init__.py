"""The authority of a city or a hall as a service: it performs what its windows did, answers what they ask, and tells
each of them what it may see."""
