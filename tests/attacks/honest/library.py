# title: Parts of the library that look at the machine when they are imported
# wants: nothing: an honest answer
# layer: none: the library and the allowed packages are there
# pays: 3
import sysconfig
import zoneinfo

import numpy.testing

sysconfig.get_path("stdlib")
zoneinfo.ZoneInfo("Asia/Seoul")


def gaps(ids):
    previous, found = 0, []
    for number in ids:
        if number < previous:
            raise ValueError(f"{number} comes behind {previous}")
        found.append(number - previous)
        previous = number
    numpy.testing.assert_equal(sum(found), ids[-1] if ids else 0)
    return found
