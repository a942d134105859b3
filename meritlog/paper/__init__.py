"""Documents on paper: a plan as the staff bound by it read it, statements and explanations; also as HTML and as PDF.

What a document says is put together once, from blocks (``blocks``), by ``plan``, ``statement`` and ``explanation``.
``terminal``, ``html`` and ``pdf`` set the same blocks, so that all three say the same.
"""
