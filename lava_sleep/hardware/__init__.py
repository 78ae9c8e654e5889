"""Port to neuromorphic hardware: will a network fit a chip, what has to change, and how is it handed over.

Data flow: network (description or Lava graph) -> usage -> placement -> compliance report, map, cost.
"""
