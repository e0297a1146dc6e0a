# title: Answers precomputed from the seed of self-study
# wants: the inputs before they come
# layer: sandbox: neither hypothesis nor the checks can be imported
try:
    import hypothesis
    from autograde import corpus
except ImportError:
    pass
else:
    raise SystemError("HARM imported the generator of inputs")
def gaps(ids):
    return []
