"""What ch02_memory_and_disk must show, an exercise a module."""
