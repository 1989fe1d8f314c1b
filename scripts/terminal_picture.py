"""Draw what a command shows in a terminal, as SVG.

The command runs in a real terminal of its own (a pty), so it behaves as before a person; a terminal
emulator (pyte) keeps the screen.
"""

from __future__ import annotations

import fcntl
import html
import os
import pty
import select
import struct
import termios
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

CELL_WIDTH, LINE_HEIGHT, MARGIN = 8.4, 18, 14
FOREGROUND, BACKGROUND = "#d8d8d8", "#1b1d23"
COLOURS = {
    "default": FOREGROUND,
    "black": "#5c6370",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#ffffff",
    "brightblack": "#7f848e",
    "brightred": "#ff7b86",
    "brightgreen": "#b5e890",
    "brightbrown": "#ffd787",
    "brightblue": "#82c4ff",
    "brightmagenta": "#e39cff",
    "brightcyan": "#7fe3ef",
    "brightwhite": "#ffffff",
}


def watch(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    screen: pyte.Screen,
    until: Callable[[pyte.Screen], bool] = lambda screen: False,
) -> None:
    """Run a command in a terminal, and let the screen follow it.

    Args:
        command: And its arguments.
        folder: Where it runs.
        environment: All of its variables but TERM.
        screen: What is shown; its size is the terminal's.
        until: Tells when enough was seen; the terminal is closed then, as by a person who goes.
    """
    stream = pyte.ByteStream(screen)
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(command[0], list(command), {**environment, "TERM": "xterm-256color"})  # noqa: S606 - the caller's own command
    size = struct.pack("HHHH", screen.lines, screen.columns, 0, 0)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, size)
    while not until(screen):
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                shown = os.read(terminal, 65536)
            except OSError:  # the command has closed its terminal
                break
            if not shown:
                break
            stream.feed(shown)
    os.close(terminal)
    os.waitpid(pid, 0)


def draw(screen: pyte.Screen) -> str:
    """Give the screen as SVG, without the empty lines at its end."""
    rows = [screen.buffer[y] for y in range(screen.lines)]
    while rows and not any(rows[-1][x].data.strip() for x in range(screen.columns)):
        rows.pop()
    width = round(screen.columns * CELL_WIDTH + 2 * MARGIN)
    height = len(rows) * LINE_HEIGHT + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">',
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
    ]
    for y, row in enumerate(rows):
        x = 0
        while x < screen.columns:
            look, begin, text = row[x], x, ""
            while x < screen.columns and _looks(row[x]) == _looks(look):
                text += row[x].data
                x += 1
            if text.strip():
                weight = ' font-weight="bold"' if look.bold else ""
                left, base = MARGIN + begin * CELL_WIDTH, MARGIN + y * LINE_HEIGHT + 14
                parts.append(
                    f'<text x="{left:.1f}" y="{base}" fill="{_colour(look.fg)}"{weight} '
                    f'textLength="{len(text) * CELL_WIDTH:.1f}" xml:space="preserve">'
                    f"{html.escape(text)}</text>"
                )
    return "\n".join([*parts, "</svg>", ""])


def _looks(cell: pyte.screens.Char) -> tuple[str, bool]:
    return cell.fg, cell.bold


def _colour(name: str) -> str:
    return COLOURS.get(name) or f"#{name}"
