"""The instruments that compute: clock, growth, machine2009, claims, and the pictures."""

from __future__ import annotations

import gc
import io
import itertools
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from workbench import style
from workbench.claims import Claim, reason, table
from workbench.clock import Timing, clock
from workbench.growth import fitted_growth, growth_picture
from workbench.ladder import Rung, ladder
from workbench.machine2009 import CountedFile, Machine2009
from workbench.quantity import number

ROOT = Path(__file__).resolve().parent.parent


def test_the_package_is_light() -> None:
    program = (
        "import sys, workbench, workbench.claims, workbench.mine, workbench.predictions, workbench.ladder\n"
    )
    program += "print([m for m in ('matplotlib', 'numpy', 'memory_profiler', 'IPython') if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_nothing_above_its_floor_is_imported() -> None:
    imports = [
        line
        for file in (ROOT / "workbench").glob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith(("import ", "from "))
    ]
    assert any("workbench" in line for line in imports)
    assert not [line for line in imports if "autograde" in line or "solutions" in line]


# --- quantity


@given(st.floats(1e-4, 1e11))
def test_a_number_keeps_three_digits(value: float) -> None:
    assert float(number(value).replace(",", "")) == pytest.approx(value, rel=0.0051)


@given(st.integers(0, 10**11))
def test_a_count_that_was_kept_as_a_float_is_told_in_full(count: int) -> None:
    assert number(float(count)) == f"{count:,}"


# --- clock


def test_callables_take_turns_and_each_comes_first() -> None:
    runs: list[str] = []
    clock({name: lambda name=name: runs.append(name) for name in "abc"}, repeats=3)
    rounds = ["".join(runs[i : i + 3]) for i in range(0, len(runs), 3)]
    assert len(rounds) == 4  # one round is not counted
    assert all(sorted(one) == list("abc") for one in rounds)
    assert {one[0] for one in rounds[1:]} == set("abc")


def test_preparation_comes_before_each_run_and_is_not_timed() -> None:
    log: list[str] = []

    def prepare() -> None:
        log.append("prepare")
        time.sleep(0.02)

    timings = clock({"a": lambda: log.append("a"), "b": lambda: None}, repeats=3, prepare={"a": prepare})
    assert log == ["prepare", "a"] * 4
    assert timings["a"].median_seconds < 0.02


def test_the_slower_callable_is_seen_to_be_slower() -> None:
    timings = clock({"sleeps": lambda: time.sleep(0.01), "does nothing": lambda: None}, repeats=5)
    assert timings["sleeps"].low_seconds >= 0.01 > timings["does nothing"].median_seconds
    assert len(timings["sleeps"].seconds) == 5


def test_the_garbage_collector_rests_only_during_a_run() -> None:
    seen: list[bool] = []
    clock({"a": lambda: seen.append(gc.isenabled())}, repeats=3)
    assert seen == [False] * 4 and gc.isenabled()
    with pytest.raises(KeyError):
        clock({"a": lambda: {}["missing"]}, repeats=3)
    assert gc.isenabled()


@given(st.lists(st.floats(1e-6, 10), min_size=3, max_size=30))
def test_median_lies_between_the_quartiles(seconds: list[float]) -> None:
    timing = Timing("a", tuple(seconds))
    assert min(seconds) <= timing.low_seconds <= timing.median_seconds <= timing.high_seconds <= max(seconds)
    share_below = sum(one <= timing.low_seconds for one in seconds) / len(seconds)
    assert share_below >= 0.25


def test_the_clock_refuses_too_few_repeats_and_unknown_names() -> None:
    with pytest.raises(ValueError, match="three"):
        clock({"a": lambda: None}, repeats=2)
    with pytest.raises(ValueError, match="typo"):
        clock({"a": lambda: None}, prepare={"typo": lambda: None})
    assert clock({}, repeats=3) == {}


# --- growth


@given(
    st.floats(-2, 3),
    st.floats(1e-9, 1e6),
    st.lists(st.integers(1, 10**7), min_size=2, max_size=9, unique=True),
)
def test_growth_is_exact_on_synthetic_costs(exponent: float, constant: float, sizes: list[int]) -> None:
    if max(sizes) < 2 * min(sizes):
        sizes = [*sizes, 2 * max(sizes)]
    fit = fitted_growth(sizes, [constant * size**exponent for size in sizes])
    assert fit.exponent == pytest.approx(exponent, abs=1e-6)
    assert fit.constant == pytest.approx(constant, rel=1e-4)
    assert fit.worst_factor == pytest.approx(1, abs=1e-6)


def test_growth_with_noise_stays_near_and_tells_the_worst_point() -> None:
    fit = fitted_growth([10, 100, 1000, 10000], [10 * 2, 100, 1000, 10000])
    assert 0.8 < fit.exponent < 1.0
    assert 1.1 < fit.worst_factor < 2.0


@pytest.mark.parametrize(
    ("sizes", "costs"),
    [([1], [1]), ([2, 2], [1, 3]), ([1, 2], [0, 1]), ([0, 2], [1, 1]), ([1, 2, 3], [1, 2]), ([], [])],
)
def test_growth_refuses_what_has_no_fit(sizes: list[int], costs: list[int]) -> None:
    with pytest.raises(ValueError, match=r"[Ss]ize"):
        fitted_growth(sizes, costs)


# --- machine2009


def test_seeks_counted_by_hand() -> None:
    disk = Machine2009()
    disk.read(0, 4096)  # seek 1: the first
    disk.read(4096, 4096)  # goes on
    disk.read(4096, 4096)  # seek 2: back
    disk.write(8192, 100)  # goes on, although it writes
    disk.read(8293, 1)  # seek 3: one byte further
    disk.read(0, 0)  # nothing
    disk.read(8294, 6)  # goes on
    assert (disk.seeks, disk.requests, disk.bytes_read, disk.bytes_written) == (3, 6, 3 * 4096 + 7, 100)
    assert disk.elapsed_us == 3 * 10_000 + (3 * 4096 + 107) / 58


def test_one_pass_over_the_book_file_takes_three_seconds() -> None:
    disk = Machine2009()
    for offset in range(0, 172_000_000, 1_000_000):
        disk.read(offset, 1_000_000)
    assert disk.seeks == 1
    assert disk.elapsed_us == pytest.approx(172e6 / 58 + 10_000)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 50), st.integers(0, 50))))
def test_the_clock_is_the_sum_of_the_requests(requests: list[tuple[bool, int, int]]) -> None:
    disk = Machine2009(seek_us=7, bytes_per_us=2)
    told = sum((disk.write if writes else disk.read)(offset, length) for writes, offset, length in requests)
    assert disk.elapsed_us == pytest.approx(told)
    real = [(offset, length) for _, offset, length in requests if length]
    jumps = sum(before[0] + before[1] != after[0] for before, after in itertools.pairwise(real))
    assert disk.seeks == jumps + bool(real)


@pytest.mark.parametrize(("offset", "length"), [(-1, 1), (0, -1)])
def test_negative_requests_are_refused_and_not_counted(offset: int, length: int) -> None:
    disk = Machine2009()
    with pytest.raises(ValueError, match="negative"):
        disk.write(offset, length)
    assert (disk.requests, disk.elapsed_us) == (0, 0)


def test_a_counted_file_reads_as_the_file_and_charges_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "한글 tags"
    path.write_bytes(bytes(range(256)) * 40)
    disk = Machine2009()
    disk.read(999_999, 1)  # the head stands where the file begins
    with CountedFile(path, disk, start=1_000_000) as file:
        assert file.read(100) + file.read(50) == path.read_bytes()[:150]
        file.seek(5000)
        file.seek(-240, io.SEEK_END)
        assert file.read(1000) == path.read_bytes()[-240:]
        assert file.read(10) == b""
    assert (disk.seeks, disk.requests, disk.bytes_read) == (2, 4, 391)
    assert file.closed


def test_larger_buffers_make_fewer_requests(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"line\n" * 2000)
    disk = Machine2009()
    with io.BufferedReader(CountedFile(path, disk), 4000) as file:
        assert sum(1 for _ in file) == 2000
    assert (disk.requests, disk.seeks) == (3, 1)


# --- claims


def test_the_table_is_safe_html_with_heads_for_rows_and_columns() -> None:
    made = table([Claim("a<b>", book=10_000, predicted="10^5", measured=None, unit="us", why="x & y")])
    shown = made._repr_mimebundle_()
    assert '<th scope="row" style="text-align:left">a&lt;b&gt;</th>' in shown["text/html"]
    assert "x &amp; y" in shown["text/html"] and shown["text/html"].count('scope="col"') == 6
    assert "color" not in shown["text/html"]  # the page's own, light or dark
    assert "10,000" in shown["text/plain"] and str(made) == shown["text/plain"]


def test_the_columns_of_the_plain_table_line_up() -> None:
    claims = [Claim("short", 1, 22, 333, "us", "why"), Claim("a longer name", 1e6, 2, 3, "ms", "because")]
    lines = str(table(claims)).splitlines()
    assert len(lines) == 3
    assert lines[1].index("us") == lines[2].index("ms") == lines[0].index("Unit")


@pytest.mark.parametrize(
    ("measured", "expected", "told"),
    [(1.0, 2.0, "below"), (2.0, 1.0, "above"), (0.5, 0.52, "They agree within 10 %."), (1.0, 1.2, "below")],
)
def test_a_reason_follows_what_was_measured(measured: float, expected: float, told: str) -> None:
    assert reason(measured, expected, below="below", above="above") == told


# --- pictures

SAMPLES = {
    "ladder": lambda: ladder(
        "Ladder",
        [Rung("plain", 5, 4, 6), Rung("own", 50, yours=True), Rung("peer", None)],
        unit="MB/s",
        output_form="list",
        limit=Rung("memcpy", 900),
    ),
    "long words": lambda: ladder(
        "A title that is too long for one line of a picture of this width",
        [Rung("pread + struct + bisect, a page at a time", 6509, 6400, 6600), Rung("mmap", 259, yours=True)],
        unit="ns a look-up",
        output_form="one Python int a call, which is the dearest part of it for the fast rungs",
        limit=Rung("np.searchsorted over the whole array", 208),
        more_is_better=False,
    ),
    "near limit": lambda: ladder(
        "Near",
        [Rung("a", 100), Rung("b", 1000), Rung("c", 2500)],
        unit="MB/s",
        output_form="array",
        limit=Rung("copying the output with memcpy", 2900),
    ),
    "growth": lambda: growth_picture(
        "Growth", {"a": fitted_growth([1, 10, 100], [1, 10, 100])}, x="n (count)", y="time (s)"
    ),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_picture_carries_its_text_everywhere(name: str) -> None:
    drawn = SAMPLES[name]()
    data, metadata = drawn._repr_mimebundle_()
    assert f'alt="{drawn.title}. ' in data["text/html"] and drawn.alt in data["text/plain"]
    assert drawn.alt in metadata["image/png"]["alt"]
    with Image.open(io.BytesIO(drawn.png)) as image:
        assert image.text["Title"] == drawn.title and image.text["Description"] == drawn.alt
        assert image.mode == "P" and image.width == round(style.WIDTH_INCHES * style.PIXELS_AN_INCH)
    assert len(drawn.png) < 60_000


@pytest.mark.parametrize("name", SAMPLES)
def test_no_text_leaves_the_picture_or_lies_on_another(name: str) -> None:
    drawn = SAMPLES[name]()
    drawn.figure.draw_without_rendering()
    paper = drawn.figure.bbox
    boxes = [
        (text.get_text(), text.get_window_extent())
        for text in drawn.figure.findobj(match=style.matplotlib.text.Text)
        if text.get_text().strip() and text.get_visible() and is_in_view(drawn, text)
    ]
    assert len(boxes) > 5
    for words, box in boxes:
        assert paper.x0 <= box.x0 and box.x1 <= paper.x1 and paper.y0 <= box.y0 and box.y1 <= paper.y1, words
    for (words, box), (others, other) in itertools.combinations(boxes, 2):
        assert not box.overlaps(other), (words, others)


def is_in_view(drawn: style.Picture, text: style.matplotlib.text.Text) -> bool:
    """matplotlib keeps ticks outside the limits, too, and does not draw them."""
    for axis, side in ((drawn.axes.xaxis, 0), (drawn.axes.yaxis, 1)):
        if text in axis.get_ticklabels(which="both"):
            low, high = sorted(axis.get_view_interval())
            return low <= text.get_position()[side] <= high
    return True


def test_a_ladder_tells_all_its_rungs() -> None:
    drawn = SAMPLES["ladder"]()
    assert drawn.alt == (
        "plain: 5 MB/s; own (yours): 50 MB/s; peer: not installed. Limit: memcpy: 900 MB/s. Output form: list."
    )
    seen = {text.get_text() for text in drawn.figure.findobj(match=style.matplotlib.text.Text)}
    assert {"not installed", "limit 900", "own (yours)"} <= seen
    told = "list. Black marks: half of the runs lie between them. Dashed line, the limit: memcpy."
    assert f"Every rung returns: {told}" in {text.replace("\n", " ") for text in seen}
    assert drawn.axes.get_xscale() == "log"
    colours = [style.matplotlib.colors.to_hex(bar.get_facecolor()) for bar in drawn.axes.patches]
    assert colours == [style.BLUE, style.YOURS]


def test_a_number_of_a_ladder_leaves_the_line_of_the_limit_whole() -> None:
    drawn = ladder(
        "Near",
        [Rung("far", 1), Rung("near", 2500, 2400, 2600), Rung("nearer", 2700, yours=True)],
        unit="MB/s",
        output_form="array",
        limit=Rung("memcpy", 3300),
    )
    drawn.figure.draw_without_rendering()
    line = drawn.axes.transData.transform((3300, 0))[0]
    labels = {text.get_text(): text for text in drawn.axes.texts}
    for words in ("1", "2,500", "2,700"):
        box = labels[words].get_window_extent()
        assert not box.x0 - 2 <= line <= box.x1 + 2, words
    ends = {
        name: drawn.axes.transData.transform((rate, 0))[0] for name, rate in {"1": 1, "2,500": 2400}.items()
    }
    assert labels["1"].get_window_extent().x0 > ends["1"]
    assert labels["2,500"].get_window_extent().x1 < ends["2,500"]


@pytest.mark.parametrize(
    ("ticks", "told"),
    [
        ([1, 100, 10_000, 1_000_000], ["1", "100", "10,000", "1,000,000"]),
        ([100, 10_000, 10_000_000], ["$10^{2}$", "$10^{4}$", "$10^{7}$"]),
    ],
)
def test_the_ticks_of_an_axis_have_one_style(ticks: list[int], told: list[str]) -> None:
    with style.picture("Ticks", x="n (count)", y=None, alt="Some ticks.") as drawn:
        drawn.axes.set(xscale="log", xlim=(1, 3e7))
        drawn.axes.set_xticks(ticks)
    assert [label.get_text() for label in drawn.axes.get_xticklabels()] == told


def test_a_ladder_needs_rates() -> None:
    with pytest.raises(ValueError, match="rates"):
        ladder("t", [Rung("a", None)], unit="MB/s", output_form="list")
    with pytest.raises(ValueError, match="rates"):
        ladder("t", [Rung("a", 0.0)], unit="MB/s", output_form="list")


@pytest.mark.parametrize(
    "wrong", [{"title": " "}, {"alt": ""}, {"x": "time"}, {"y": "time (s"}, {"x": "(s)"}], ids=str
)
def test_a_picture_without_words_or_units_is_refused(wrong: dict[str, str]) -> None:
    words = {"title": "t", "x": "time (s)", "y": "size (MB)", "alt": "a line"} | wrong
    with pytest.raises(ValueError, match=r"picture needs|unit"), style.picture(**words):
        pass


def test_pictures_leave_the_settings_of_matplotlib_alone() -> None:
    program = "import matplotlib; from workbench.style import picture; before = dict(matplotlib.rcParams)\n"
    program += "with picture('t', x=None, y=None, alt='a'): inside = dict(matplotlib.rcParams)\n"
    program += "print(inside != before, dict(matplotlib.rcParams) == before)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "True"]


def test_labels_without_a_font_do_not_warn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(style, "installed_east_asian_fonts", list)
    with warnings.catch_warnings(), style.picture("검색 検索", x="n (個)", y=None, alt="a") as drawn:
        warnings.simplefilter("error")
        drawn.axes.plot([1, 2], label="한글")
    assert drawn.png and not caplog.records


def test_only_installed_fonts_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    class Font:
        name = "NanumGothic"

    monkeypatch.setattr(style.font_manager.fontManager, "ttflist", [Font()])
    assert style.installed_east_asian_fonts() == ["NanumGothic"]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
             for value in style.matplotlib.colors.to_rgb(colour)]  # fmt: skip
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_ink_and_series_stand_out_from_the_paper() -> None:
    assert contrast(style.INK, style.PAPER) >= 7
    assert min(contrast(colour, style.PAPER) for colour in style.SERIES) >= 3


MACHADO = {  # Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.01182, 0.04294, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.3039),
    ),
}


@pytest.mark.parametrize("eyes", MACHADO)
def test_series_differ_for_all_eyes(eyes: str) -> None:
    np = pytest.importorskip("numpy")

    def lab(colour: str):
        rgb = np.array(style.matplotlib.colors.to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        seen = np.clip(np.array(MACHADO[eyes]) @ linear, 0, 1)
        to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
        scaled = to_xyz @ seen / np.array([0.9505, 1, 1.089])
        x, y, z = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
        return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])

    pairs = itertools.combinations(style.SERIES, 2)
    assert min(np.linalg.norm(lab(one) - lab(other)) for one, other in pairs) >= 20
