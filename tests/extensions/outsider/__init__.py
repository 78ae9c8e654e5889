"""A package of someone else: a backend, a figure and a study, announced by entry points."""
