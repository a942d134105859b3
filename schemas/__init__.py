"""What is said: events, plans, statements, periods and exact numbers, with their checks.

Imports nothing else of ours.
"""
