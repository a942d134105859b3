"""``meritlog query``: a bank's everyday questions, each answered from the log as tables, as JSON or as a file."""
