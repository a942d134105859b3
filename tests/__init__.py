"""Tests of meritlog."""
