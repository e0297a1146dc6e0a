# title: Ends its process while its cell runs
# wants: an end that counts as a pass
# layer: runner: the cell is left out, and its exercise fails
import os

os._exit(0)
