<<<<<<< HEAD
"""Tests mirror the code."""
=======
"""Tests of meritlog."""
>>>>>>> oracle
