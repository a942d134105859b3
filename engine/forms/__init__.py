"""Forms: lines that a program wrote alike, read in columns.

A program that sends events spells all of one type alike: the same keys in the same order, the same marks between them,
and only the texts within quotation marks differ. Such a form is learnt from one line. Which lines have it, is looked
for in the bytes of a whole batch at once, and so are the texts; each is then read for what its field says, by the rules
of the slow path, and put where the event's canonical bytes have it. A line that has no form, or a text in doubt, is
left to who reads line by line.

    lines   the bytes of a batch: where lines begin and end, and quotation marks stand
    form    one way of writing one type: the bytes between the texts, and which text is what
    values  the texts of one field, read
    times   the same for times
    reading all of it: from lines to content and canonical bytes
"""
