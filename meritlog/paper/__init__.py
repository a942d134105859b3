"""Documents on paper: a plan as the staff bound by it read it, and statements; on a terminal, as HTML and as PDF.

What a document says is put together once, from blocks (``blocks``), by ``plan`` and ``statement``. ``terminal``,
``html`` and ``pdf`` set the same blocks, so that all three say the same.
"""
