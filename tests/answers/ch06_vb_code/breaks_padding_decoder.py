# ==== right: a literal
def breaks_padding_decoder():
    return b"\x01\x00\x80"


# ==== right: found by search
def breaks_padding_decoder():
    for number in range(100_000):
        code = vb_encode([number])
        if padding_decode(code) != vb_decode(code):
            return code


# ==== right: among other numbers, a needless zero group in front
def breaks_padding_decoder():
    return b"\x00\x85" + vb_encode([7, 2**40, 300])


# ==== wrong: a needless zero group | message must contain: Both decoders read the same
def breaks_padding_decoder():
    return b"\x00\x85"


# ==== wrong: no bytes | message must contain: Both decoders read the same
def breaks_padding_decoder():
    return b""


# ==== wrong: cut off | message must contain: vb_decode refuses them
def breaks_padding_decoder():
    return b"\x85\x01\x00"


# ==== wrong: too long | message must contain: longer than 64 bytes
def breaks_padding_decoder():
    return b"\x01\x00\x80" * 30


# ==== wrong: the number itself | message must contain: no bytes object
def breaks_padding_decoder():
    return 16384


# ==== wrong: the bytes as a list | message must contain: no bytes object
def breaks_padding_decoder():
    return [1, 0, 128]


# ==== wrong: the decoder is replaced in the notebook | message must contain: Both decoders read the same
def padding_decode(data):
    return "broken"


def breaks_padding_decoder():
    return b"\x85"


# ==== wrong: an error | message must contain: raises an error
def breaks_padding_decoder():
    raise ValueError
