"""What every page has: one HTML file that holds everything and asks the network for nothing."""

import base64
import io
from html import escape
from importlib.resources import files
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from emulation.errors import InputError
from lava_sleep.base.files import write_whole
from lava_sleep.figures import style
from lava_sleep.tables.html import anchor, section

# The page may load nothing but what is in it.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
DOTS = 150  # per inch of a figure


def document(title: str, heading: str, lead: str, sections: dict[str, str], several: bool = False) -> str:
    """A page.

    Parameters
    ----------
    title : str
        Of the window.
    heading, lead : str
        Over the page.
    sections : dict
        HTML by heading; empty ones are left out.
    several : bool
        Whether it has to be wide, for several runs side by side.
    """
    sections = {name: body for name, body in sections.items() if body}
    links = " ".join(f"<a href='#{anchor(name)}'>{escape(name)}</a>" for name in sections)
    sheet = files("lava_sleep").joinpath("data/report.css").read_text(encoding="utf-8")
    return (
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        f"<meta http-equiv='Content-Security-Policy' content=\"{POLICY}\">\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<link rel='icon' href='data:,'>\n<title>{escape(title)}</title>\n<style>\n{sheet}</style>\n</head>\n"
        f"<body class='{'several' if several else 'one'}'>\n"
        f"<header>\n<h1>{escape(heading)}</h1>\n<p class='lead'>{escape(lead)}</p>\n<nav>{links}</nav>\n</header>\n"
        + "\n".join(section(name, body) for name, body in sections.items())
        + "\n</body>\n</html>\n"
    )


def embedded(figure: Figure, text: str) -> str:
    """A figure, which is closed, as an embedded PNG that a click enlarges; `text` says what it shows."""
    buffer = io.BytesIO()
    with plt.rc_context(style.STYLE):
        figure.savefig(buffer, format="png", dpi=DOTS)
    width, height = (round(DOTS * size) for size in figure.get_size_inches())
    plt.close(figure)
    source = base64.b64encode(buffer.getvalue()).decode()
    return (
        f"<label class='zoom' title='enlarge'><input type='checkbox' aria-label='enlarge'>"
        f"<img src='data:image/png;base64,{source}' alt='{escape(text, quote=True)}' width='{width}' height='{height}'>"
        "</label>"
    )


def figure_block(name: str, title: str, caption: str, images: str) -> str:
    """One figure, or several of one kind, with a caption; without a title where the section has it."""
    bold = f"<b>{escape(title)}.</b> " if title else ""
    return f"<figure id='{escape(name)}'>\n<figcaption>{bold}{escape(caption)}</figcaption>\n{images}\n</figure>"


def write_page(page: str, path: Path) -> int:
    """Write a page; returns its size in bytes.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    content = page.encode()
    try:
        write_whole(path, content)
    except OSError as error:
        raise InputError("--out: cannot be written", str(path), "a writable place", f"free it ({error})") from error
    return len(content)
