# title: Always an error that is only called ValueError
# wants: the points of calls that must be refused
# layer: checks: each check with points has calls that must pass and calls that must not
class ValueError(Exception):
    pass


def gaps(ids):
    raise ValueError("no")
