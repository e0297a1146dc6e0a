"""The course's data: seeded generators, and loaders of what installed packages hold."""


class DataError(Exception):
    """Data that is not what the course expects; its text says how to mend it."""
