"""Lava processes of this project, and a guarded runtime that any Lava network can use."""
