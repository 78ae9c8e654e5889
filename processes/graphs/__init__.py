"""Processes of which the Lava network of a graph is made; a room of its own, since Lava executes what lies beside."""
