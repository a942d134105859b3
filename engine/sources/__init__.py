"""Sources: files and standard input as batches of events in JSON, each with the line that it came from."""
