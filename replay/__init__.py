"""A period made again from the log: settled and explained."""
