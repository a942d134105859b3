"""The live side as its users have it: worker processes on a real broker."""
