"""Life in the hall of the sample city: visitors, colleagues at other windows, officers; all by commands of the door."""
