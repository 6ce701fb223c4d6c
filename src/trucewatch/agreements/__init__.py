"""Agreements as tested code: texts, zones, dated lines, provisions; findings with their trace.

`load.read_agreement` reads one, `evaluate.evaluate` holds it against evidence, `attribution` offers
hypotheses, `symmetry` audits evenness, `cases` runs experts' cases, `commands` serves the shell.
"""
