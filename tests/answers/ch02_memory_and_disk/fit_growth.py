# ==== right: numpy's least squares
import numpy


def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    slope, _ = numpy.polyfit(numpy.log(sizes), numpy.log(costs), 1)
    return float(slope)


# ==== right: the smallest and the largest size
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    (n1, c1), (n2, c2) = min(zip(sizes, costs)), max(zip(sizes, costs))
    return math.log10(c2 / c1) / math.log10(n2 / n1)


# ==== right: the median of all slopes, rounded to two digits
import statistics


def fit_growth(sizes, costs):
    if len(sizes) != len(costs):
        raise ValueError("lengths")
    points = [(math.log2(n), math.log2(c)) for n, c in sorted(zip(sizes, costs))][:50]
    slopes = [(y - v) / (x - u) for x, y in points for u, v in points if x > u]
    if not slopes:
        raise ValueError("one point")
    return round(statistics.median(slopes), 2)


# ==== wrong: the base of doubling | message must contain: twice the one before
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return math.log2(costs[-1] / costs[0]) / (len(costs) - 1)


# ==== wrong: a line through the numbers | message must contain: to the numbers themselves
import numpy


def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return float(numpy.polyfit(sizes, costs, 1)[0])


# ==== wrong: c is taken for 1 | message must contain: takes c for 1
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    xs, ys = [math.log(n) for n in sizes], [math.log(c) for c in costs]
    return sum(x * y for x, y in zip(xs, ys)) / sum(x * x for x in xs)


# ==== wrong: a numpy number | message must contain: numpy.float64
import numpy


def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return numpy.polyfit(numpy.log(sizes), numpy.log(costs), 1)[0]


# ==== wrong: one point passes | message must contain: fixes no growth
def fit_growth(sizes, costs):
    if len(set(sizes)) < 2:
        return 0.0
    xs, ys = [math.log(n) for n in sizes], [math.log(c) for c in costs]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


# ==== wrong: a division by zero for one point | message must contain: another error than ValueError
def fit_growth(sizes, costs):
    if len(sizes) != len(costs):
        raise ValueError
    (n1, c1), (n2, c2) = min(zip(sizes, costs)), max(zip(sizes, costs))
    return math.log10(c2 / c1) / math.log10(n2 / n1)


# ==== wrong: the first two sizes | message must contain: It looks at the first two sizes
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return math.log(costs[1] / costs[0]) / math.log(sizes[1] / sizes[0])


# ==== wrong: whole numbers | message must contain: rounds to a whole number
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    (n1, c1), (n2, c2) = min(zip(sizes, costs)), max(zip(sizes, costs))
    return float(round(math.log(c2 / c1) / math.log(n2 / n1)))


# ==== wrong: two bases | message must contain: logarithms to two bases
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    (n1, c1), (n2, c2) = min(zip(sizes, costs)), max(zip(sizes, costs))
    return math.log10(c2 / c1) / math.log(n2 / n1)


# ==== wrong: the ratio of ratios | message must contain: compares ratios
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return (costs[-1] / costs[0]) / (sizes[-1] / sizes[0])


# ==== wrong: the factor | message must contain: gives the factor c
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    (n1, c1), (n2, c2) = min(zip(sizes, costs)), max(zip(sizes, costs))
    return c1 / n1 ** (math.log(c2 / c1) / math.log(n2 / n1))


# ==== wrong: the last two sizes | message must contain: raises ZeroDivisionError on valid input
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return math.log(costs[-1] / costs[-2]) / math.log(sizes[-1] / sizes[-2])


# ==== wrong: the first and the last size | message must contain: raises ZeroDivisionError on valid input
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    return math.log(costs[-1] / costs[0]) / math.log(sizes[-1] / sizes[0])


# ==== wrong: the first point is not counted | message must contain: raises ZeroDivisionError on valid input
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    points = sorted(zip(sizes[1:], costs[1:]))
    (n1, c1), (n2, c2) = points[0], points[-1]
    return math.log(c2 / c1) / math.log(n2 / n1)


# ==== wrong: the last point is not counted | message must contain: raises ZeroDivisionError on valid input
def fit_growth(sizes, costs):
    if len(sizes) != len(costs) or len(set(sizes)) < 2:
        raise ValueError
    points = sorted(zip(sizes[:-1], costs[:-1]))
    (n1, c1), (n2, c2) = points[0], points[-1]
    return math.log(c2 / c1) / math.log(n2 / n1)
