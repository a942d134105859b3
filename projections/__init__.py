"""The same figures as the fold, rebuilt by DuckDB from the log's segments and tail."""
