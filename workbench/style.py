"""One house style for every picture of the course.

A notebook keeps pictures as PNG, and the reader's page may be light or dark. No one colour reaches a contrast
of 4.5 on white and on #111 at once, so a picture brings its own paper: a soft grey card with dark ink. Series
differ in colour, in line and in marker, so that nothing rests on colour alone. A picture is 5.4 inches wide
with 12 point text: readable at 320 pixels, not clumsy at 650.
"""

from __future__ import annotations

import base64
import html
import io
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from matplotlib.transforms import offset_copy
from PIL import Image

from workbench.quantity import number

PAPER = "#eef1f4"
INK = "#222a31"
FAINT = "#c3cad1"  # grid lines and frames: they carry nothing
BLUE = "#0072b2"
VERMILLION = "#c8500a"
SLATE = "#6b7680"
SERIES = (BLUE, VERMILLION, INK, SLATE)  # 22 apart in CIE Lab, also for protanopes, deuteranopes, tritanopes
YOURS = VERMILLION  # the trainee's own, everywhere
LIMIT = INK  # what physics allows, everywhere; dashed

WIDTH_INCHES = 5.4
PIXELS_AN_INCH = 200
SHOWN_PIXELS_AN_INCH = 120
SMALL_POINTS = 10.5
MARK_POINTS = 9  # what a hollow mark takes, with its rim

_EAST_ASIAN_FONTS = (
    "Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans KR", "Noto Sans JP", "Source Han Sans KR", "NanumGothic",
    "NanumBarunGothic", "UnDotum", "Apple SD Gothic Neo", "AppleGothic", "Malgun Gothic", "Hiragino Sans",
    "Yu Gothic", "Meiryo", "MS Gothic", "IPAexGothic", "TakaoPGothic", "VL Gothic", "Arial Unicode MS",
)  # fmt: skip


@dataclass
class Picture:
    """A drawn figure with its title, its text for those who do not see it, and its PNG."""

    figure: Figure
    axes: Axes
    title: str
    alt: str
    png: bytes = b""

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """What a notebook keeps: HTML, because JupyterLab drops the alt text of a bare PNG; the PNG for others."""
        encoded = base64.b64encode(self.png).decode("ascii")
        text = f"{self.title}. {self.alt}"
        width = round(self.figure.get_figwidth() * SHOWN_PIXELS_AN_INCH)
        image = (
            f'<img alt="{html.escape(text)}" width="{width}" style="max-width:100%;height:auto" '
            f'src="data:image/png;base64,{encoded}">'
        )
        data = {"text/html": image, "image/png": encoded, "text/plain": text}
        return data, {"image/png": {"width": width, "alt": text}}


@contextmanager
def picture(
    title: str,
    *,
    x: str | None,
    y: str | None,
    alt: str,
    caption: str = "",
    height_inches: float = 3.5,
) -> Iterator[Picture]:
    """Draw on the axes of the picture that this yields; after the block, the picture shows itself in a notebook.

    x and y name the axes with their unit in parentheses, "time (s)"; None stands for an axis of names. alt says
    in a sentence or two what the picture shows, for readers who do not see it; it is kept in the PNG, too.
    Raises ValueError for a missing unit, title or alt.

    >>> with picture("Squares", x="n (count)", y="n * n (count)", alt="A parabola through (2, 4).") as squares:
    ...     _ = squares.axes.plot([0, 1, 2], [0, 1, 4])
    >>> squares.png[1:4], "parabola" in squares._repr_mimebundle_()[0]["text/html"]
    (b'PNG', True)
    """
    _require(title, alt, x, y)
    with matplotlib.rc_context(_house()):
        figure = Figure(figsize=(WIDTH_INCHES, height_inches), layout="constrained")
        drawn = Picture(figure, figure.subplots(), title, alt)
        yield drawn
        _label(drawn, x, y, caption)
        drawn.png = _rendered(drawn)


def name_lines(drawn: Picture, ends: Mapping[str, float], colours: Mapping[str, str]) -> None:
    """Write names at the right end of the axes, each in its colour at the height where its line ends.

    ends: the y value of each line's end, by name. Names that would overlap move apart. Call it when the limits
    and scales of the axes are set; it takes the place of a legend.
    """
    axes = drawn.axes
    room = (
        SMALL_POINTS * 1.35 / (72 * drawn.figure.get_figheight() * 0.62)
    )  # a line of text, in shares of the axes
    to_share = (axes.transData + axes.transAxes.inverted()).transform
    height = {name: to_share((axes.get_xlim()[1], end))[1] for name, end in ends.items()}
    lowest = 0.0
    for name in sorted(height, key=height.__getitem__):
        lowest = max(height[name], lowest)
        axes.annotate(
            name, (1, lowest), (6, 0), xycoords="axes fraction", textcoords="offset points", va="center",
            fontsize=SMALL_POINTS, color=colours[name], fontweight="bold", annotation_clip=False,
        )  # fmt: skip
        lowest += room


def hollow_marks(
    drawn: Picture,
    x: float,
    heights: Mapping[str, float],
    colours: Mapping[str, str],
    markers: Mapping[str, str],
) -> None:
    """Mark values at one x, each hollow in the colour and the shape of its name: measured, beside lines of theory.

    A mark that would lie on the one below it stands aside, right and left in turn, on a stalk that starts at x.
    Call it when the limits and scales of the axes are set.
    """
    axes = drawn.axes
    points = 72 * 0.62 * drawn.figure.get_figheight()  # the height of the axes, about
    to_share = (axes.transData + axes.transAxes.inverted()).transform
    below, lane = -1.0, 0
    for name in sorted(heights, key=heights.__getitem__):
        height = to_share((x, heights[name]))[1]
        lane = (lane + 1) % 3 if (height - below) * points < MARK_POINTS else 0
        below, aside, colour = height, (0, 13, -13)[lane], colours[name]
        stalk = {"arrowstyle": "-", "color": colour, "shrinkA": 0, "shrinkB": 0}
        axes.annotate("", (x, heights[name]), (aside, 0), textcoords="offset points", arrowprops=stalk)
        place = offset_copy(axes.transData, drawn.figure, aside, units="points")
        axes.plot(
            x, heights[name], color=colour, marker=markers[name], linestyle="", clip_on=False, transform=place,
            markerfacecolor=PAPER, markeredgewidth=1.8,
        )  # fmt: skip


def installed_east_asian_fonts() -> list[str]:
    """Return those fonts of this machine that draw Korean and Japanese; none when it has none."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _EAST_ASIAN_FONTS if name in installed]


def _require(title: str, alt: str, x: str | None, y: str | None) -> None:
    """Every picture says what it shows, in which units."""
    if not title.strip() or not alt.strip():
        raise ValueError("A picture needs a title, and an alt text for readers who do not see it.")
    for label in (x, y):
        if label is not None and not re.search(r"\S \(.+\)$", label):
            raise ValueError(f"The axis {label!r} needs a unit in parentheses, such as 'time (s)'.")


def _house() -> Any:
    """The settings of matplotlib."""
    lines = cycler(color=list(SERIES) * 3) + cycler(marker=list("osD^") * 3)
    styles = cycler(linestyle=["-", "--", "-.", "-", "--", "-.", ":", "--", "-.", ":", "-", ":"])
    return {
        "axes.axisbelow": True,
        "axes.edgecolor": SLATE,
        "axes.facecolor": PAPER,
        "axes.formatter.use_mathtext": True,
        "axes.grid": True,
        "axes.labelcolor": INK,
        "axes.prop_cycle": lines + styles,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.unicode_minus": False,
        "figure.edgecolor": FAINT,
        "figure.facecolor": PAPER,
        "font.family": ["DejaVu Sans", *installed_east_asian_fonts()],
        "font.size": 12,
        "grid.color": FAINT,
        "grid.linewidth": 0.7,
        "legend.facecolor": PAPER,
        "legend.edgecolor": FAINT,
        "legend.fontsize": SMALL_POINTS,
        "lines.linewidth": 2.2,
        "lines.markersize": 6,
        "text.color": INK,
        "xtick.color": INK,
        "xtick.labelsize": SMALL_POINTS,
        "ytick.color": INK,
        "ytick.labelsize": SMALL_POINTS,
    }


def _label(drawn: Picture, x: str | None, y: str | None, caption: str) -> None:
    """Put title, units and caption on a drawn picture."""
    figure, axes = drawn.figure, drawn.axes
    axes.set_xlabel(x or "")
    axes.set_ylabel(y or "")
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_scale() == "log":
            _readable_log(axis)
    title = textwrap.wrap(drawn.title, 44)
    caption_lines = textwrap.wrap(caption, 64)
    lines = len(title) - 1 + len(caption_lines) + _put_legend(axes)
    figure.set_figheight(figure.get_figheight() + 0.24 * lines)  # words never make the drawing smaller
    start = {"x": 0.02, "ha": "left"}
    figure.suptitle("\n".join(title), fontsize=13, fontweight="bold", **start)
    if caption:
        figure.supxlabel("\n".join(caption_lines), fontsize=SMALL_POINTS, **start)
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)  # type: ignore[union-attr, call-arg]
    figure.patch.set_linewidth(1.5)  # the card's rim: on a white page it looks meant


def _put_legend(axes: Axes) -> int:
    """Name what was drawn with a label, above the axes where nothing lies under it; the rows that it takes."""
    labels = axes.get_legend_handles_labels()[1]
    if not labels or axes.get_legend():
        return 0
    columns = 2 if max(map(len, labels)) <= 20 else 1
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, frameon=False, borderpad=0.1)
    return -(-len(labels) // columns)


def _readable_log(axis: Axis) -> None:
    """Plain numbers on a logarithmic axis; 2 and 5 between the decades when few decades are in view."""
    low, high = sorted(axis.get_view_interval())
    words = _ticks([place for place in axis.get_majorticklocs() if low <= place <= high])
    formatter = FuncFormatter(lambda value, _position: words(value))
    axis.set_major_formatter(formatter)
    few = high / low < 30
    axis.set_minor_locator(LogLocator(subs=(2, 5) if few else range(2, 10)))
    axis.set_minor_formatter(formatter if few else NullFormatter())


def _ticks(places: Sequence[float]) -> Callable[[float], str]:
    """How the ticks of one logarithmic axis are written: all plain, or all powers when plain ones take too long.

    >>> [_ticks(places)(1000.0) for places in ([1, 1000, 1e6], [1e3, 1e6, 1e9], [1e-6, 1e-3])]
    ['1,000', '$10^{3}$', '$10^{3}$']
    """
    in_range = all(1e-3 <= place <= 1e6 for place in places)
    return number if in_range and sum(len(number(place)) for place in places) <= 30 else _power


def _power(value: float) -> str:
    """A number as a power of ten.

    >>> _power(1e7), _power(2e-6)
    ('$10^{7}$', '$2\\\\times10^{-6}$')
    """
    mantissa, exponent = f"{value:.0e}".split("e")
    return f"${'' if mantissa == '1' else mantissa + chr(92) + 'times'}10^{{{int(exponent)}}}$"


def _rendered(drawn: Picture) -> bytes:
    """The PNG, in 64 colours (a third of the size), with title and alt text in its metadata."""
    raw = io.BytesIO()
    with warnings.catch_warnings():
        # Without a font for Korean or Japanese the letters become boxes. A warning a letter helps nobody.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        drawn.figure.savefig(raw, format="png", dpi=PIXELS_AN_INCH, edgecolor=FAINT)
    return _with_few_colours(raw, drawn)


def _with_few_colours(raw: io.BytesIO, drawn: Picture) -> bytes:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_itxt("Title", drawn.title)
    words.add_itxt("Description", drawn.alt)
    small = io.BytesIO()
    with Image.open(raw) as image:
        few = image.convert("RGB").quantize(64, dither=Image.Dither.NONE)
        few.save(small, format="png", optimize=True, pnginfo=words)
    return small.getvalue()
