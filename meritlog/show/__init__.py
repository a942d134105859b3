"""Statements, boards, explanations and plans as a person sees them on a terminal."""
