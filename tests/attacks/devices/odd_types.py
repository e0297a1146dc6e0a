# title: Requests of all types but the right ones
# wants: a grader that stops in the middle of a class
# layer: devices: a request is looked at before it is served
# exercise: external_sort
# says: Nothing, or not all
class Number(int):
    pass


def external_sort(src, disk, out, memory_records):
    for odd in (True, None, 1.0, float("nan"), "1", b"1", [1], {1: 1}, (1,), {1}, Number(1), object(), 1j):
        for request in (
            lambda odd=odd: src.read(odd),
            lambda odd=odd: disk.read(odd, 1),
            lambda odd=odd: disk.write(0, odd) if odd != [1] else disk.write("0", odd),
            lambda odd=odd: out.write([odd]),
            lambda odd=odd: out.write(records=odd, more=1),
        ):
            try:
                request()
            except TypeError:
                continue
            raise RuntimeError(f"HARM a request of {type(odd).__name__} was served")
