# title: A list that cannot be sorted or hashed, where the likely cause is looked for
# wants: a grader that stops in the middle of a class
# layer: causes: a question that fails is no cause
# exercise: intersect_vb
def intersect_vb(a, b):
    return [[1], "a", None, {}]
