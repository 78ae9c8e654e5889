"""Fit to neuromorphic hardware: will a network fit a chip, what has to change, what does it cost.

Data flow: network (description or Lava graph) -> usage -> placement -> compliance report, map, cost.
"""
