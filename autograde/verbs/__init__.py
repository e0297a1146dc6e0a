"""The verbs of course.py: one module a verb, each with run(arguments) -> exit code."""
