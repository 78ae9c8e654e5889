"""The numerics: integer arithmetic of the Loihi kind, its float twin, the world, and the loops over movement cycles.

Nothing here knows of Lava, of files or of a screen. Every kernel stands once: the fast loop, the Lava process
models and the tests all call the same functions. A kernel decides by the dtype of the arrays it is given whether
it computes in fixed point (integer arrays) or in floating point (float64 arrays).
"""
