"""The grader's own figures: how often it errs, and on what. `course.py bench TOPIC` measures them.

Each topic is a module with measure() -> result, lines(result) -> text, passed(result) and SOURCES, the files that
its figures depend on. All of it needs the checks, the solutions and the answers: it is not in a student bundle.
"""
