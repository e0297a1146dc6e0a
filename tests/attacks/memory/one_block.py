# title: One block of a hundred gigabytes, then four
# wants: the machine's memory
# layer: limits: memory, looked at from outside; an address space with an end
# exercise: breaks_padding_decoder
def breaks_padding_decoder():
    try:
        bytearray(100 << 30)
    except MemoryError:
        pass
    block = bytearray(3 << 30)
    for i in range(0, len(block), 4096):
        block[i] = 1
    return block
