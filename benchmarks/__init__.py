"""Benchmarks: commands that print figures and their ratio to a yardstick of the same run. They are no tests."""
