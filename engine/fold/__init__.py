"""The live fold: the state of crediting after each event, a pure function of the state before and the event.

``state`` is what the events said and what follows from it, ``apply`` the step, ``journal`` what changed since somebody
read, ``book`` the answers, ``snapshot`` the way to disk and back. The same questions put to the DuckDB projections get
the same integers.
"""
