"""A table of which each row fills a page, and how many of the pages asked for were in PostgreSQL's buffers.

PostgreSQL counts: EXPLAIN (ANALYZE, BUFFERS) tells for a statement how many pages were found in shared_buffers (hits)
and how many were asked of the operating system (reads). The system may still have such a page in its own cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import psycopg

_ROW_BYTES = 7000  # of the page's 8192; a second row does not fit
_ONE_BY_ONE = """
select count(page.no) from unnest(%s::tid[]) as asked(place),
    lateral (select no from page where ctid = asked.place) as page"""
_OTHER_PLANS = ("seqscan", "hashjoin", "mergejoin", "bitmapscan", "material")


class Blocks(NamedTuple):
    """How many pages of a statement were in the buffers, and how many were read."""

    hits: int
    reads: int


def make_pages(connection: psycopg.Connection[Any], pages: int) -> None:
    """Create the table `page` with pages rows, a page each. 1,000 pages take about 0.1 s."""
    connection.execute("create table page (no int, body text storage plain)")
    connection.execute(
        "insert into page select n, repeat('x', %s) from generate_series(1, %s) n", (_ROW_BYTES, pages)
    )
    connection.execute("vacuum analyze page")  # so that reading changes no page
    connection.execute("create extension pg_buffercache")


def ask_pages(connection: psycopg.Connection[Any], pages: Sequence[int]) -> Blocks:
    """Read the pages with these numbers, counted from 0, one after the other in this order.

    Each row is asked for by its place (a TID scan), so each request touches one page and no index.
    Raises ValueError when a page is not there, RuntimeError when PostgreSQL reads in another way.
    """
    for name in _OTHER_PLANS:
        connection.execute(f"set enable_{name} = off")
    plan = _explained(connection, _ONE_BY_ONE, [f"({page},1)" for page in pages])
    blocks = Blocks(plan["Shared Hit Blocks"], plan["Shared Read Blocks"])
    if "Tid Scan" not in str(plan):
        raise RuntimeError(f"PostgreSQL does not ask for page after page: {plan}")
    if sum(blocks) != len(pages) or _found(plan) != len(pages):
        raise ValueError(f"{len(pages)} pages were asked for, {_found(plan)} were there.")
    return blocks


def scan_pages(connection: psycopg.Connection[Any]) -> Blocks:
    """Read the whole table from its first page to its last, in one sequential scan."""
    connection.execute("reset all")
    connection.execute("set max_parallel_workers_per_gather = 0")
    plan = _explained(connection, "select count(no) from page")
    return Blocks(plan["Shared Hit Blocks"], plan["Shared Read Blocks"])


def pages_in_buffers(connection: psycopg.Connection[Any]) -> int:
    """Return how many pages of the table are in shared_buffers."""
    query = "select count(*) from pg_buffercache where relfilenode = pg_relation_filenode('page')"
    [[count]] = connection.execute(query).fetchall()
    return count


def _explained(connection: psycopg.Connection[Any], query: str, *arguments: Any) -> dict[str, Any]:
    """The plan of a statement that has run, with what it counted."""
    command = f"explain (analyze, buffers, timing off, format json) {query}"
    [[[plan]]] = connection.execute(command, arguments or None).fetchall()
    return plan["Plan"]


def _found(plan: dict[str, Any]) -> int:
    """How many rows came out of the inner part of the join."""
    [join] = plan["Plans"]
    return round(join["Actual Rows"] * join["Actual Loops"])
