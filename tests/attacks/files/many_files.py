# title: Makes files without end
# wants: the grader's memory, by names
# layer: jail: a bound on files
number = 0
try:
    while number < 100_000:
        open(f"/scratch/{number}", "w").close()
        number += 1
except OSError:
    pass
if number > 10_000:
    raise SystemError("HARM made ten thousand files")



def gaps(ids):
    return []
