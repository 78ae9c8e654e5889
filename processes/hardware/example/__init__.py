"""An example of a hardware model, in a folder of its own because Lava's compiler must not come across it.

The compiler executes every module beside a process and in the packages beside it, but looks no deeper.
"""
