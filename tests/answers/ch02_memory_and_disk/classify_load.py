# ==== right: lock and idle first
def classify_load(samples):
    first, last = samples[0], samples[-1]
    grown = {k: last[k] - first[k] for k in first if type(first[k]) is int}
    ms = grown["at_ms"]
    moved = (grown["read_bytes"] + grown["written_bytes"]) / ms
    cpu = (grown["user_ms"] + grown["system_ms"]) / ms
    if moved < 200 and cpu < 0.1:
        return "idle" if grown["waits"] / ms < 0.05 else "lock"
    return "io" if moved > 200 else "cpu"


# ==== right: the median of the steps from sample to sample
import itertools
import statistics


def classify_load(samples):
    def rate(*keys):
        return [
            sum(b[k] - a[k] for k in keys) / max(1, b["at_ms"] - a["at_ms"])
            for a, b in itertools.pairwise(samples)
        ]

    if statistics.mean(rate("read_bytes", "written_bytes")) >= 1000:
        return "io"
    if statistics.mean(rate("user_ms", "system_ms")) >= 0.1:
        return "cpu"
    return "lock" if statistics.mean(rate("waits")) >= 0.06 else "idle"


# ==== right: a table of limits
LIMITS = [
    ("io", ("read_bytes", "written_bytes"), 400_000),
    ("cpu", ("user_ms", "system_ms"), 70),
    ("lock", ("waits",), 20),
]


def classify_load(samples):
    seconds = (samples[-1]["at_ms"] - samples[0]["at_ms"]) / 1000
    for kind, keys, limit in LIMITS:
        if sum(samples[-1][k] - samples[0][k] for k in keys) > limit * seconds:
            return kind
    return "idle"


# ==== wrong: by the load average | message must contain: The load average
def classify_load(samples):
    last = samples[-1]
    if last["load_1min"] > last["cores"]:
        return "io" if last["read_bytes"] > samples[0]["read_bytes"] else "cpu"
    return "idle"


# ==== wrong: the counters themselves | message must contain: counter for what happens now
def classify_load(samples):
    last = samples[-1]
    if last["read_bytes"] + last["written_bytes"] > 1_000_000:
        return "io"
    if last["user_ms"] + last["system_ms"] > 220:
        return "cpu"
    return "lock" if last["waits"] > 100 else "idle"


# ==== wrong: half a core at the least | message must contain: too large a share of a core
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 1000 * ms:
        return "io"
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 0.5 * ms:
        return "cpu"
    return "lock" if b["waits"] - a["waits"] > 0.03 * ms else "idle"


# ==== wrong: reads only | message must contain: It looks at reads only
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["read_bytes"] - a["read_bytes"] > 1000 * ms:
        return "io"
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 0.08 * ms:
        return "cpu"
    return "lock" if b["waits"] - a["waits"] > 0.03 * ms else "idle"


# ==== wrong: its own code only | message must contain: misses time in the kernel
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 1000 * ms:
        return "io"
    if b["user_ms"] - a["user_ms"] > 0.08 * ms:
        return "cpu"
    return "lock" if b["waits"] - a["waits"] > 0.03 * ms else "idle"


# ==== wrong: by the last state | message must contain: tells nothing
def classify_load(samples):
    last = samples[-1]
    if last["state"] in "RD":
        return {"R": "cpu", "D": "io"}[last["state"]]
    return "lock" if "futex" in last["waits_in"] else "idle"


# ==== wrong: a futex is the only lock | message must contain: one kind of lock only
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 1000 * ms:
        return "io"
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 0.08 * ms:
        return "cpu"
    return "lock" if any("futex" in s["waits_in"] for s in samples) else "idle"


# ==== wrong: any byte is a disk's | message must contain: A few bytes make it say io
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 0:
        return "io"
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 0.08 * ms:
        return "cpu"
    return "lock" if b["waits"] - a["waits"] > 0.03 * ms else "idle"


# ==== wrong: the processor first | message must contain: tells nothing
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 0.08 * ms:
        return "cpu"
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 1000 * ms:
        return "io"
    return "lock" if b["waits"] - a["waits"] > 0.03 * ms else "idle"


# ==== wrong: another word | message must contain: something else than
def classify_load(samples):
    a, b = samples[0], samples[-1]
    return "disk" if b["read_bytes"] > a["read_bytes"] else "CPU"


# ==== wrong: not divided by the time | message must contain: in the whole recording
def classify_load(samples):
    a, b = samples[0], samples[-1]
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 1_000_000:
        return "io"
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 150:
        return "cpu"
    return "lock" if b["waits"] - a["waits"] > 30 else "idle"


# ==== wrong: the first sample is left out | message must contain: raises ZeroDivisionError on valid input
def classify_load(samples):
    a, b = samples[1], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if (b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"]) / ms > 1000:
        return "io"
    if (b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"]) / ms > 0.08:
        return "cpu"
    return "lock" if (b["waits"] - a["waits"]) / ms > 0.03 else "idle"


# ==== wrong: a fifth of a core at the least | message must contain: too large a share of a core
def classify_load(samples):
    a, b = samples[0], samples[-1]
    ms = b["at_ms"] - a["at_ms"]
    if b["read_bytes"] + b["written_bytes"] - a["read_bytes"] - a["written_bytes"] > 1000 * ms:
        return "io"
    if b["user_ms"] + b["system_ms"] - a["user_ms"] - a["system_ms"] > 0.2 * ms:
        return "cpu"
    return "lock" if b["waits"] - a["waits"] > 0.03 * ms else "idle"
