"""What is computed: the log, admission, crediting, plans and the live fold.

Pure at the core: no clock, no database, no network.
"""
