"""What the gradings of a whole class say: which check is hard, which fault is common, which score has changed."""
