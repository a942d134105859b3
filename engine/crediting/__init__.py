"""Crediting: which manager earns what, when and by which share; pure rules over dated facts (contract §1).

A day is the proleptic ordinal of a business date, an integer; day 0 stands before every date.
"""
