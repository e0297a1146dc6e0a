# title: Handlers that run when the process ends
# wants: points that are given at the end
# layer: protocol: what comes after a reply is not read
import atexit


class Late:
    def __del__(self):
        raise SystemExit(0)


late = Late()


@atexit.register
def last():
    import time

    time.sleep(60)


def gaps(ids):
    return []
