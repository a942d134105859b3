"""Benchmarks: commands that print figures and ratios against a yardstick of the same run; no timed tests."""
