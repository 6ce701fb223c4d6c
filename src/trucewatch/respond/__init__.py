"""Respond: scenarios, the response clock, the deconfliction register and the commitments board.

Software proposes steps or lets them lapse; people issue, acknowledge and finish them. Nothing
here orders force: the actions are a closed list and the wording is checked.
"""
