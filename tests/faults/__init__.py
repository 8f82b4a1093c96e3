"""Faults thrown at whole searches, and what they cost: `python -m tests.faults --help`.

A search is the real command line, `scalesearch grid`, in a process of its own. Most have a fake
trainer, which takes a tenth of a second where a real one takes twenty; the table says which.
"""
