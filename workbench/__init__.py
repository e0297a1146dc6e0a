"""The instruments that all chapters measure with. Each is a module; importing this package loads none of them.

A module that draws loads matplotlib; the others stay light. `style` says how every picture looks.
"""
