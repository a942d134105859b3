"""Benchmarks are commands: ``python -m benchmarks.NAME``; each prints ratios against its yardstick in the same run."""
