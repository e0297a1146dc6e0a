# title: Small objects without end
# wants: the machine's memory
# layer: limits: memory, looked at from outside; an address space with an end
# exercise: breaks_padding_decoder
def breaks_padding_decoder():
    kept = []
    while True:
        kept.append([bytes(1 << 16)] * 2)
