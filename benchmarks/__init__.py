"""The ladders: what a topic's rungs reach beside their peers, measured in one run. `course.py bench` runs them."""

TOPICS = ("vb_code",)  # each a module of this package with ladder(scale) -> Ladder
