"""The engine of VB code equals its plain reference, and both equal an oracle that works on strings of bits."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from solutions.engines import vb_code, vb_kernels, vb_numpy, vb_plain

ROOT = Path(__file__).resolve().parent.parent
EDGES = [0, 1, 127, 128, 16383, 16384, 2**21 - 1, 2**21, 2**28 - 1, 2**28, 2**32 - 1]
SIZED = st.integers(0, 32).flatmap(lambda bits: st.integers(0, (1 << bits) - 1))  # every length alike
NUMBERS = st.lists(SIZED | st.sampled_from(EDGES), max_size=300)
ENCODERS = [vb_code.encode, vb_plain.encode, vb_numpy.encode]


@pytest.fixture(scope="module", autouse=True)
def compiled_loops() -> None:
    """The first call of a loop compiles it, which no example's deadline should pay for."""
    vb_code.decode(vb_code.encode([5, 130]))
    vb_code.decode_ids(b"")
    branchy(code_of(b""))
    vb_code.decode_block(vb_code.encode_blocks([1]), 0, np.empty(128, dtype=np.uint32))


def branchy(code: vb_code.Code) -> vb_code.Numbers:
    """The branchy decoder with an output of its own."""
    numbers = np.empty(len(code), dtype=np.uint32)
    return numbers[: vb_code.decode_branchy_into(code, numbers)]


DECODERS = [vb_code.decode, vb_plain.decode, vb_numpy.decode, branchy]
each_decoder = pytest.mark.parametrize(
    "decode", DECODERS, ids=lambda decode: decode.__module__ + decode.__name__
)


def row(numbers: list[int]) -> vb_code.Numbers:
    return np.array(numbers, dtype=np.uint32)


def code_of(data: bytes) -> vb_code.Code:
    return np.frombuffer(data, dtype=np.uint8)


def oracle_encode(numbers: list[int]) -> bytes:
    """Write each number in binary, cut the text into sevens from the right, put the flags in front."""
    bytes_as_bits = []
    for number in numbers:
        bits = f"{number:b}"
        bits = bits.zfill(-(-len(bits) // 7) * 7)
        groups = re.findall(".{7}", bits)
        bytes_as_bits += ["0" + group for group in groups[:-1]] + ["1" + groups[-1]]
    return bytes(int(bits, 2) for bits in bytes_as_bits)


def oracle_decode(data: bytes) -> list[int] | None:
    """Read the code as a text of bits; None for code that must be refused."""
    text = "".join(f"{byte:08b}" for byte in data)
    if not re.fullmatch("((?:0.{7})*(?:1.{7}))*", text):
        return None
    found = re.findall("(?:0.{7})*1.{7}", text)
    numbers = [int("".join(group[1:] for group in re.findall(".{8}", number)), 2) for number in found]
    return numbers if all(number < 2**32 for number in numbers) else None


def outcome(decode: Callable[[vb_code.Code], vb_code.Numbers], data: bytes) -> list[int] | None:
    """What a decoder makes of the bytes; None when it refuses them."""
    try:
        numbers = decode(code_of(data))
    except ValueError:
        return None
    assert numbers.dtype == np.uint32 and numbers.ndim == 1
    return numbers.tolist()


@pytest.mark.parametrize("encode", ENCODERS, ids=lambda encode: encode.__module__)
@given(numbers=NUMBERS)
@example(numbers=[])
@example(numbers=EDGES)
def test_encoders_write_what_the_oracle_writes(
    encode: Callable[[vb_code.Numbers], vb_code.Code], numbers: list[int]
) -> None:
    code = encode(row(numbers))
    assert code.dtype == np.uint8
    assert code.tobytes() == oracle_encode(numbers)


@each_decoder
@given(numbers=NUMBERS, zeros=st.integers(0, 3))
@example(numbers=[], zeros=0)
@example(numbers=EDGES, zeros=3)
@example(numbers=[5], zeros=100)
@example(numbers=[2**32 - 1] * 70, zeros=9)
def test_decoders_read_numbers_back_also_with_leading_zero_groups(
    decode: Callable[[vb_code.Code], vb_code.Numbers], numbers: list[int], zeros: int
) -> None:
    data = b"".join(bytes(zeros) + oracle_encode([number]) for number in numbers)
    assert outcome(decode, data) == numbers


@each_decoder
@settings(max_examples=300)
@given(
    data=st.binary(max_size=40)
    | st.lists(st.sampled_from([0, 1, 15, 16, 127, 128, 255]), max_size=40).map(bytes)
)
@example(data=bytes.fromhex("0085"))
@example(data=bytes.fromhex("1000000080"))  # 2**32
@example(data=bytes.fromhex("0f7f7f7fff"))  # 2**32 - 1
@example(data=bytes.fromhex("01 0000000000 0000000000 80"))  # 2**77: a shift loses it
@example(data=bytes.fromhex("0085 01"))
@example(data=b"\x01" * 40)
def test_decoders_take_any_bytes_as_the_oracle_does(
    decode: Callable[[vb_code.Code], vb_code.Numbers], data: bytes
) -> None:
    assert outcome(decode, data) == oracle_decode(data)


@given(numbers=NUMBERS)
@example(numbers=[])
@example(numbers=[2**32 - 1])
@example(numbers=[2**32 - 1, 1])
@example(numbers=[2**31] * 300)
def test_fused_decoder_gives_the_running_sum(numbers: list[int]) -> None:
    ids = list(accumulate(numbers))
    code = oracle_encode(numbers)
    if ids and ids[-1] > 2**32 - 1:
        with pytest.raises(ValueError, match="above"):
            vb_code.decode_ids(code)
    else:
        assert vb_code.decode_ids(code).tolist() == ids


@given(data=st.binary(max_size=40))
def test_fused_decoder_refuses_what_the_decoder_refuses(data: bytes) -> None:
    numbers = oracle_decode(data)
    if numbers is None:
        with pytest.raises(ValueError):
            vb_code.decode_ids(data)


@pytest.mark.parametrize("into", [vb_code.decode_into, vb_code.decode_branchy_into, vb_code.decode_ids_into])
@pytest.mark.parametrize("room", [0, 1, 2, 3, 4, 10])
def test_decoders_stay_inside_their_output(into: Callable[[bytes, vb_code.Numbers], int], room: int) -> None:
    whole = np.full(room + 20, 7, dtype=np.uint32)
    output, behind = whole[:room], whole[room:]
    code = bytes.fromhex("85 0182 00000086 87")
    if room < 4:
        with pytest.raises(ValueError, match=f"room for {room} numbers"):
            into(code, output)
    else:
        assert into(code, output) == 4
        assert output[0] == 5
    assert (behind == 7).all()


@given(numbers=NUMBERS, spare=st.integers(0, 9))
def test_encode_into_writes_the_code_and_nothing_behind_it(numbers: list[int], spare: int) -> None:
    wanted = oracle_encode(numbers)
    output = np.full(len(wanted) + spare, 255, dtype=np.uint8)
    assert vb_code.encode_into(row(numbers), output) == len(wanted)
    assert output.tobytes() == wanted + b"\xff" * spare


def test_encode_into_a_small_output_writes_nothing() -> None:
    output = np.full(4, 9, dtype=np.uint8)
    with pytest.raises(ValueError, match="takes 5 bytes, the output has room for 4"):
        vb_code.encode_into([130, 300, 5], output)
    assert output.tolist() == [9, 9, 9, 9]


@given(ids=st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 2000), max_size=600).map(sorted))
@example(ids=[])
@example(ids=[0])
@example(ids=list(range(128)))
@example(ids=list(range(129)))
@example(ids=[7] * 256)
def test_blocks_hold_all_ids_and_open_one_by_one(ids: list[int]) -> None:
    blocks = vb_code.encode_blocks(ids)
    gaps = [id_ - before for before, id_ in zip([0, *ids], ids, strict=False)]
    assert blocks.code.tobytes() == oracle_encode(gaps)
    output = np.empty(128, dtype=np.uint32)
    for number in reversed(range(len(blocks.lasts))):
        count = vb_code.decode_block(blocks, number, output)
        assert output[:count].tolist() == ids[128 * number : 128 * (number + 1)]
    assert blocks.lasts.tolist() == [ids[min(start + 127, len(ids) - 1)] for start in range(0, len(ids), 128)]


def test_a_block_that_does_not_exist_is_refused() -> None:
    blocks = vb_code.encode_blocks(range(300))
    output = np.empty(128, dtype=np.uint32)
    for number in (-1, 3):
        with pytest.raises(IndexError, match=f"block {number} of 3"):
            vb_code.decode_block(blocks, number, output)


@pytest.mark.parametrize(
    "starts", [[0, 301], [-5, 5, 257, 301], [0, 257, 129, 301], [0, 129, 257, 302], [1, 2, 3, 301]]
)
def test_a_directory_that_does_not_fit_its_code_is_refused(starts: list[int]) -> None:
    blocks = vb_code.encode_blocks(range(1000, 1300))
    with pytest.raises(ValueError, match="starts"):
        vb_code.Blocks(blocks.code, np.array(starts), blocks.lasts)


def test_a_block_that_is_too_long_stays_inside_its_output() -> None:
    blocks = vb_code.encode_blocks(range(300))
    damaged = vb_code.Blocks(blocks.code, np.array([0, 300, 300, 300]), blocks.lasts)
    whole = np.full(256, 7, dtype=np.uint32)
    with pytest.raises(ValueError, match="room for 128"):
        vb_code.decode_block(damaged, 0, whole[:128])
    assert (whole[128:] == 7).all()


def test_ids_that_decrease_are_refused() -> None:
    with pytest.raises(ValueError, match="ascend"):
        vb_code.encode_blocks([5, 4])


@pytest.mark.parametrize(
    "numbers", [[-1], [2**32], [1, 2**63], np.array([1, -7], dtype=np.int8), [-1, 2**63]]
)
def test_numbers_outside_32_bits_are_refused(numbers: object) -> None:
    with pytest.raises(ValueError, match=r"from 0 to 4294967295|row of integers"):
        vb_code.encode(numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize("numbers", [[1.0], [True], ["1"], [[1]], 5, None, [[]]])
def test_what_is_no_row_of_integers_is_refused(numbers: object) -> None:
    with pytest.raises(ValueError, match="row of integers"):
        vb_code.encode(numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int64, np.uint64, ">u4"])
def test_other_integers_are_taken(dtype: str) -> None:
    assert vb_code.encode(np.array([5, 130 % 128], dtype=dtype)).tobytes() == oracle_encode([5, 2])


def test_strided_unaligned_and_read_only_rows_are_taken_and_stay_as_they_are() -> None:
    numbers = np.array([5, 0, 130, 0, 300, 0], dtype=np.uint32)[::2]
    unaligned = np.frombuffer(b"x" + numbers.tobytes(), dtype=np.uint32, offset=1)
    for given_row in (numbers, unaligned):
        code = vb_code.encode(given_row)
        assert code.tobytes() == oracle_encode([5, 130, 300])
    wide = np.repeat(code, 2)
    assert vb_code.decode(wide[::2]).tolist() == [5, 130, 300]
    for data in (code.tobytes(), bytearray(code), memoryview(code.tobytes())[:]):
        assert vb_code.decode(data).tolist() == [5, 130, 300]
    assert wide.flags.writeable and numbers.tolist() == [5, 130, 300]
    for loop in (vb_kernels.encode, vb_kernels.decode):
        assert len(loop.signatures) == 1  # type: ignore[attr-defined]  # compiled once for all of them


@pytest.mark.parametrize(
    "output",
    [
        np.empty(9, dtype=np.int32),
        np.empty((3, 3), dtype=np.uint32),
        np.empty(18, dtype=np.uint32)[::2],
        np.frombuffer(bytes(36), dtype=np.uint32),
    ],
    ids=["dtype", "shape", "strides", "read-only"],
)
def test_an_output_that_cannot_be_written_is_refused(output: vb_code.Numbers) -> None:
    with pytest.raises(ValueError, match="contiguous, writable row of uint32"):
        vb_code.decode_into(b"\x85", output)


@pytest.mark.parametrize("code", [np.array([5]), np.zeros((1, 1), np.uint8), np.array([1.0])])
def test_what_is_no_row_of_bytes_is_refused(code: vb_code.Code) -> None:
    with pytest.raises(ValueError, match="bytes or a row of uint8"):
        vb_code.decode(code)


def test_long_code_is_read_like_the_plain_reference_reads_it() -> None:
    rng = np.random.default_rng(6)
    numbers = (rng.integers(0, 2**32, 50_000) >> rng.integers(0, 32, 50_000)).astype(np.uint32)
    code = vb_code.encode(numbers)
    assert code.tobytes() == vb_plain.encode(numbers).tobytes()
    assert np.array_equal(vb_code.decode(code), vb_plain.decode(code))


def test_threads_do_not_disturb_each_other() -> None:
    rows = [np.arange(start, 200_000, dtype=np.uint32) for start in range(4)]
    results: dict[int, vb_code.Numbers] = {}

    def work(which: int) -> None:
        results[which] = vb_code.decode(vb_code.encode(rows[which]))

    threads = [threading.Thread(target=work, args=(which,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4 and all(np.array_equal(rows[which], got) for which, got in results.items())


def run_python(source: str, folder: Path, **variables: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    done = subprocess.run(
        [sys.executable, "-c", source],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_the_engine_does_not_import_numba() -> None:
    source = "import sys, solutions.engines.vb_code; print('numba' in sys.modules)"
    assert run_python(source, ROOT) == "False"


LOOPS = """
from solutions.engines import vb_code, vb_kernels
print(vb_code.decode(bytes([133])).tolist(), vb_kernels.decode._cache)
"""


def test_a_compiled_loop_is_kept_in_the_folder_of_the_course(tmp_path: Path) -> None:
    cache = tmp_path / "캐시 folder"
    assert "[5]" in run_python(LOOPS, ROOT, NUMBA_CACHE_DIR=str(cache))
    assert [path for path in cache.rglob("*.nbc") if "decode" in path.name]


def test_where_nothing_can_be_kept_the_loops_compile_in_the_process(tmp_path: Path) -> None:
    """Numba refuses to decorate when it finds no folder for its cache: so it is told that there is none."""
    source = "from numba.core import caching; caching.CacheImpl._locator_classes = []\n"
    source += "caching.CompileResultCacheImpl._locator_classes = []\n" + LOOPS
    printed = run_python(source, ROOT, NUMBA_CACHE_DIR=str(tmp_path))
    assert printed.startswith("[5]") and "NullCache" in printed
    assert not list(tmp_path.rglob("*.nbc"))
