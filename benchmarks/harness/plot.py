"""Bar charts as SVG text, in plain Python: no library, and the same file for the same numbers."""

import math
from xml.sax.saxutils import escape

COLOURS = ["#2b6cb0", "#dd8452", "#55a868", "#8172b3", "#937860", "#c44e52", "#8c8c8c", "#64b5cd"]
FONT = "font-family='Helvetica, Arial, sans-serif'"
ROW, GAP, LABEL, WIDTH, RIGHT = 15, 14, 215, 440, 65


def bar_chart(title, unit, groups, note=""):
    """`groups`: a list of (label, [(series, value)]). Each series has one colour and a place in the legend; values that
    are None are left out."""
    names = list(dict.fromkeys(name for _, bars in groups for name, value in bars if value is not None))
    values = [value for _, bars in groups for _, value in bars if value is not None]
    if not values:
        return None
    colour = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    top, step = nice_scale(max(values))
    legend_rows = layout_legend(names)
    head = 34 + 18 * len(legend_rows) + 8
    bars_height = sum(ROW * sum(v is not None for _, v in bars) + GAP for _, bars in groups)
    height = head + bars_height + 34 + (16 if note else 0)
    total = LABEL + WIDTH + RIGHT
    out = [
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{total}' height='{height}' viewBox='0 0 {total} {height}'>",
        f"<rect width='{total}' height='{height}' fill='#ffffff'/>",
        text(12, 22, title, 15, "#1a202c", weight="bold"),
    ]
    for r, row in enumerate(legend_rows):
        for x, name in row:
            y = 34 + 18 * r
            out.append(f"<rect x='{x}' y='{y + 2}' width='11' height='11' fill='{colour[name]}'/>")
            out.append(text(x + 16, y + 12, name, 11, "#4a5568"))
    bottom = head + bars_height
    for i in range(int(round(top / step)) + 1):
        x = LABEL + WIDTH * i * step / top
        out.append(f"<line x1='{x:.1f}' y1='{head - 4}' x2='{x:.1f}' y2='{bottom}' stroke='#e2e8f0'/>")
        out.append(text(x, bottom + 14, f"{i * step:g}", 10, "#718096", anchor="middle"))
    out.append(text(LABEL + WIDTH, bottom + 29, unit, 11, "#4a5568", anchor="end"))
    y = head
    for label, bars in groups:
        shown = [(name, value) for name, value in bars if value is not None]
        middle = y + ROW * len(shown) / 2 + 4
        out.append(text(LABEL - 10, middle, label, 11, "#1a202c", anchor="end"))
        for name, value in shown:
            length = max(1.0, WIDTH * value / top)
            out.append(f"<rect x='{LABEL}' y='{y + 1}' width='{length:.1f}' height='{ROW - 3}' fill='{colour[name]}'/>")
            out.append(text(LABEL + length + 5, y + 11, show(value), 10, "#4a5568"))
            y += ROW
        y += GAP
    if note:
        out.append(text(12, height - 8, note, 10, "#718096"))
    return "\n".join(out) + "\n</svg>\n"


def text(x, y, content, size, fill, anchor="start", weight="normal"):
    return (
        f"<text x='{x:.1f}' y='{y:.1f}' {FONT} font-size='{size}' font-weight='{weight}' fill='{fill}' "
        f"text-anchor='{anchor}'>{escape(content)}</text>"
    )


def show(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def nice_scale(largest):
    """The end of the axis and the distance of its lines: four to ten lines at round numbers."""
    power = 10 ** math.floor(math.log10(largest))
    step = next(power * f for f in (0.1, 0.2, 0.25, 0.5, 1, 2) if largest / (power * f) <= 8)
    return math.ceil(largest / step - 1e-9) * step, step


def layout_legend(names):
    """Rows of (x, name), as many as fit into the width."""
    rows, x = [[]], 12
    for name in names:
        width = 16 + 6.4 * len(name) + 18
        if rows[-1] and x + width > LABEL + WIDTH + RIGHT:
            rows.append([])
            x = 12
        rows[-1].append((x, name))
        x += width
    return rows
