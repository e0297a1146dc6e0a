# title: An error whose text raises, and whose class has no name
# wants: a worker that cannot tell what happened
# layer: worker: whatever is raised is an outcome
class Nameless(Exception):
    def __str__(self):
        raise SystemExit(0)


def gaps(ids):
    raise Nameless
