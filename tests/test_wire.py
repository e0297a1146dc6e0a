"""The wire carries plain data exactly, and nothing else."""

import contextlib
import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograde import wire
from autograde.compare import same

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
hashable = scalars | st.tuples(scalars, scalars)
plain = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(hashable, inner)
        | st.sets(hashable)
        | st.frozensets(hashable)
    ),
    max_leaves=20,
)


@given(plain)
def test_every_plain_value_comes_back_with_its_types(value: object) -> None:
    assert same(wire.unpack(wire.pack(value)), value)


def test_surrogates_and_integers_beyond_64_bits_come_back() -> None:
    value = ["\ud800", 2**64, -(2**200), {2**70: "키"}]
    assert wire.unpack(wire.pack(value)) == value


@pytest.mark.parametrize("dtype", ["uint64", "int8", "float32", "bool"])
def test_arrays_come_back_with_dtype_and_shape(dtype: str) -> None:
    array = np.arange(6).reshape(2, 3).astype(dtype)
    assert same(wire.unpack(wire.pack(array)), array)


class _Int(int):
    pass


class _List(list):
    pass


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (np.int64(3), "numpy.int64"),
        ([1, np.float64(2)], "numpy.float64"),
        (_Int(3), "_Int"),
        ({"a": _List()}, "_List"),
        (bytearray(b"x"), "bytearray"),
        (memoryview(b"x"), "memoryview"),
        (object(), "object"),
        (np.array([object()]), "numpy.ndarray"),
        (range(3), "range"),
    ],
)
def test_a_stranger_is_refused_by_the_name_of_its_type(value: object, name: str) -> None:
    with pytest.raises(wire.NotPlainData, match=name):
        wire.pack(value)


def test_endless_nesting_is_refused_on_both_sides() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(wire.NotPlainData, match="too deeply"):
        wire.pack(loop)
    with pytest.raises(wire.WireError):
        wire.unpack(b"\x91" * 100_000 + b"\xc0")


def test_nesting_in_raw_extensions_is_refused_before_the_stack_ends() -> None:
    body = b"\x90"
    for _ in range(400):
        body = b"\x91\xc8" + struct.pack(">HB", len(body), 1) + body
    with pytest.raises(wire.WireError, match="too deeply"):
        wire.unpack(body)


def test_keys_and_members_whose_hashes_can_be_made_equal_are_few() -> None:
    numbers = [(2**61 - 1) * (i + 2**16) for i in range(wire.MAX_ODD_KEYS + 1)]
    assert wire.unpack(wire.pack(set(numbers[1:]))) == set(numbers[1:])
    for value in (set(numbers), dict.fromkeys(numbers), {(number,) for number in numbers}):
        with pytest.raises(wire.WireError, match="keys or members"):
            wire.unpack(wire.pack(value))
    assert len(wire.unpack(wire.pack({str(number) for number in range(1000)}))) == 1000


def test_parts_are_bounded_over_all_frames_that_share_a_budget() -> None:
    frame = wire.pack([[]] * (wire.MAX_PARTS // 4))
    budget = wire.Budget()
    wire.unpack(frame, budget)
    with pytest.raises(wire.WireError, match="parts"):
        wire.unpack(frame, budget)


def test_an_array_has_a_type_of_numbers() -> None:
    body = wire.pack(["f4,f4", [0], b""])
    with pytest.raises(wire.WireError, match="array"):
        wire.unpack(b"\xc7" + bytes([len(body), 5]) + body)


@given(st.binary())
def test_any_bytes_are_a_value_or_a_wire_error(data: bytes) -> None:
    with contextlib.suppress(wire.WireError):
        wire.unpack(data)


@given(plain, st.data())
def test_a_damaged_value_is_a_value_or_a_wire_error(value: object, data: st.DataObject) -> None:
    packed = bytearray(wire.pack(value))
    place = data.draw(st.integers(0, len(packed) - 1))
    packed[place] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(wire.WireError):
        wire.unpack(bytes(packed))


def test_frames_follow_each_other_and_end() -> None:
    stream = io.BytesIO()
    wire.write_frame(stream, [1])
    wire.write_frame(stream, "second")
    stream.seek(0)
    assert [wire.unpack(wire.read_frame(stream) or b"") for _ in range(2)] == [[1], "second"]
    assert wire.read_frame(stream) is None


@pytest.mark.parametrize("data", [b"\0", b"\0\0\0\5abc", struct.pack(">I", wire.MAX_FRAME_BYTES + 1)])
def test_a_cut_or_oversized_frame_is_refused(data: bytes) -> None:
    with pytest.raises(wire.WireError):
        wire.read_frame(io.BytesIO(data))
