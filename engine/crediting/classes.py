"""Loan classes: the five classes of a loan, from normal to loss (``loan.classified``)."""

from __future__ import annotations

NORMAL = "normal"
CLASSES = (NORMAL, "special-mention", "substandard", "doubtful", "loss")


def reaches(class_: str, limit: str) -> bool:
    """Whether a loan classed so is classed ``limit`` or worse."""
    return CLASSES.index(class_) >= CLASSES.index(limit)
