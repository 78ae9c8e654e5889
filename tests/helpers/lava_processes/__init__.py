"""Processes of Lava for tests, in a folder of their own: Lava executes every file beside that of a process."""
