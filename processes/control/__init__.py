"""What the manager tells the other processes, and the process models that listen to it."""

from processes.control.message import IDLE, INDEX, PHASE, POSITION, control_messages
from processes.control.models import ControlledModel

__all__ = ["IDLE", "INDEX", "PHASE", "POSITION", "ControlledModel", "control_messages"]
