"""What ch06_vb_code must show, exercise by exercise."""

from __future__ import annotations

from autograde.checks.ch06.compress import COMPRESS_POSTINGS
from autograde.checks.ch06.decode import VB_DECODE
from autograde.checks.ch06.decompress import DECOMPRESS_POSTINGS
from autograde.checks.ch06.encode import VB_ENCODE
from autograde.checks.ch06.fast import BREAKS_PADDING_DECODER, VB_DECODE_FAST
from autograde.checks.ch06.gap_lists import GAPS, UNGAPS
from autograde.checks.ch06.query import INTERSECT_VB

EXERCISES = [
    GAPS,
    UNGAPS,
    VB_ENCODE,
    VB_DECODE,
    COMPRESS_POSTINGS,
    DECOMPRESS_POSTINGS,
    INTERSECT_VB,
    BREAKS_PADDING_DECODER,
    VB_DECODE_FAST,
]
