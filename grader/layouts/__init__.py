"""Whose is what was handed in: the ways in which LMSs, nbgrader and people lay out a class's files."""
