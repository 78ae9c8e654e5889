"""Where a process would sit on neuromorphic hardware; how a hardware model would be registered (`example.loihi2`)."""

from processes.hardware.place import STOCK, Declaration, Place, declaration_of

__all__ = ["STOCK", "Declaration", "Place", "declaration_of"]
