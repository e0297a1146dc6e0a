"""The fast rungs of the ladders, one module a topic: array kernels, not the exercises' answers."""
