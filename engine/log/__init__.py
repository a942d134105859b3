"""The immutable event log: append, seal, read, verify."""
