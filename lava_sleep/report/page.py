"""The report: one HTML page that holds everything and asks the network for nothing."""

import base64
import io
import math
from html import escape
from importlib.resources import files

import matplotlib.pyplot as plt

from lava_sleep.analysis.reproduction import MEASURES, Entry, Judged, Reproduction, reproduce
from lava_sleep.errors import InputError
from lava_sleep.figures import style
from lava_sleep.figures.registry import FIGURES, draw
from lava_sleep.report.folders import Run
from lava_sleep.terminal import meaning

CLAIM = (
    "A spiking network that learns a second task forgets the first; sleep, interleaved with training on one of them, "
    "brings both together (Golden et al., PLOS Comput. Biol. 2022). Here in the arithmetic of neuromorphic hardware."
)
# The page may load nothing but what is in it.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


ENOUGH = 7  # networks: 2^-7 < 0.01


def make_page(runs: list[Run]) -> str:
    """The whole page for one or more runs, which stand side by side."""
    made = [reproduce(run.summary) for run in runs]
    title = "lava-sleep: " + ", ".join(run.label for run in runs)
    parts = [
        f"<h1>Sleep against catastrophic forgetting</h1>\n<p class='lead'>{CLAIM}</p>",
        section("Verdict", side_by_side(runs, [verdict(run, one) for run, one in zip(runs, made)])),
        section("The table beside the paper's", side_by_side(runs, [table_of_rows(one) for one in made])),
        section("Claims", side_by_side(runs, [table_of_claims(one) for one in made])),
        section("Measures of continual learning", side_by_side(runs, [table_of_measures(one) for one in made])),
        section("Figures", "\n".join(figure_block(name, runs) for name in FIGURES)),
        section("Timings, overflows, recording", side_by_side(runs, [table_of_costs(run) for run in runs])),
        section("Configuration", side_by_side(runs, [configuration_of(run) for run in runs])),
    ]
    sheet = files("lava_sleep").joinpath("data/report.css").read_text()
    return (
        "<!DOCTYPE html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        f"<meta http-equiv='Content-Security-Policy' content=\"{POLICY}\">\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        f"<link rel='icon' href='data:,'>\n<title>{escape(title)}</title>\n<style>\n{sheet}</style>\n</head>\n"
        f"<body class='{'several' if len(runs) > 1 else 'one'}'>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def section(heading: str, body: str) -> str:
    """A section with its heading."""
    return f"<section>\n<h2>{escape(heading)}</h2>\n{body}\n</section>"


def side_by_side(runs: list[Run], parts: list[str]) -> str:
    """One part per run, each under the run's name where there are several; all alike are shown once if empty."""
    shown = [part or "<p class='missing'>The rows of this run do not allow it.</p>" for part in parts]
    if len(runs) == 1:
        return shown[0]
    columns = "\n".join(
        f"<div class='run'><h3>{escape(run.label)}</h3>\n{part}</div>" for run, part in zip(runs, shown)
    )
    return f"<div class='runs'>\n{columns}\n</div>"


def verdict(run: Run, made: Reproduction) -> str:
    """What the numbers say, and how many of the paper's entries and claims hold."""
    number = run.summary["networks"]
    judged = [entry.holds for entry in made.entries if entry.holds is not None]
    claims = [claim.holds for claim in made.claims if is_testable(claim, number)]
    counts = f"{sum(judged)} of {len(judged)} entries of the paper's table lie in the range set for them"
    if claims:
        counts += f"; {sum(claims)} of {len(claims)} claims that can be judged hold"
    holds = all(judged) and all(claims) and bool(judged)
    counts += ": all of it holds" if holds else ": not all of it holds"
    few = f" With fewer than {ENOUGH} networks no difference can be shown at p < 0.01." if number < ENOUGH else ""
    return (
        f"<p class='verdict {'good' if holds else 'bad'}'>{escape(meaning(run.summary['rows']))}</p>\n"
        f"<p>{number} network{'s' if number > 1 else ''}, protocol {escape(run.summary['protocol'])}, executor "
        f"{escape(run.summary['executor'])}: {counts}.{few}</p>"
    )


def table(headings: list[str], rows: list[list[str]]) -> str:
    """A table of escaped cells that scrolls by itself where the screen is narrow; empty without rows."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div class='scroll'><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"


def mark(holds: bool | None) -> str:
    """Whether something holds, in a word."""
    if holds is None:
        return ""
    return "<span class='yes'>yes</span>" if holds else "<span class='no'>no</span>"


def entry_cells(entry: Entry, several: bool) -> list[str]:
    """Our mean (SD where there are several networks) and the paper's."""
    if math.isnan(entry.found.mean):  # nothing was acquired in the tests of a network
        return ["–", ""]
    spread = f" ± {entry.found.sd:.3f}" if several else ""
    beside = f"{entry.target.paper[0]:.2f} ± {entry.target.paper[1]:.2f}" if entry.target else ""
    return [f"<span class='n'>{text}</span>" for text in (f"{entry.found.mean:.3f}{spread}", beside)]


def table_of_rows(made: Reproduction) -> str:
    """Both tasks of every row beside the paper's figures."""
    rows = []
    for one, two in zip(made.entries[::2], made.entries[1::2]):
        holds = None if one.holds is None else bool(one.holds and two.holds)
        cells = entry_cells(one, made.networks > 1) + entry_cells(two, made.networks > 1)
        rows.append([f"<code>{escape(one.after)}</code>", *cells, mark(holds)])
    return table(["after", "Task 1", "paper", "Task 2", "paper", "in range"], rows)


def table_of_claims(made: Reproduction) -> str:
    """The claims that the rows allow to judge; a single network has no test."""
    return table(["claim", "found", "holds"], [claim_cells(judged, made.networks) for judged in made.claims])


def is_testable(judged: Judged, networks: int) -> bool:
    """Whether there were networks enough: a paired permutation test of n of them gives p = 2^-n at the least."""
    if judged.contrast is None:
        return True
    if math.isnan(judged.contrast.p):
        return False
    is_refuted = judged.contrast.difference.mean < judged.claim.least
    return judged.claim.kind != "more" or is_refuted or 2.0**-networks < judged.claim.p


def claim_cells(judged: Judged, networks: int) -> list[str]:
    """One row of the table of claims."""
    rows = " against ".join(f"<code>{escape(row)}</code>" for row in judged.claim.rows)
    text = escape(judged.claim.text) + (f" ({rows})" if rows else "")
    if not is_testable(judged, networks):
        found = judged.found if networks > 1 else f"{judged.contrast.difference.mean:+.3f}" if judged.contrast else ""
        return [text, escape(found), "too few networks"]
    return [text, escape(judged.found), mark(judged.holds)]


def signed(value: float) -> str:
    """A difference, or a dash where it is not known."""
    return "–" if math.isnan(value) else f"{value:+.3f}"


def table_of_measures(made: Reproduction) -> str:
    """Accuracy, transfer and forgetting per row."""
    rows = [
        [f"<code>{escape(row.after)}</code>", *(signed(getattr(row, name).mean) for name in MEASURES)]
        for row in made.measures
    ]
    return table(["after", *MEASURES.values()], rows)


def figure_block(name: str, runs: list[Run]) -> str:
    """One figure for every run (or one for all, if it compares runs) with its caption."""
    drawing = FIGURES[name]
    if drawing.pairs:
        if len(runs) < 2:
            return ""
        images = image(name, f"{runs[0].label} and {runs[1].label}", runs[:2])
    else:
        images = side_by_side(runs, [image(name, run.label, [run]) for run in runs])
    caption = f"<figcaption><b>{escape(name)}</b> {escape(drawing.caption)}</figcaption>"
    return f"<figure id='{escape(name)}'>\n{images}\n{caption}\n</figure>"


def image(name: str, label: str, runs: list[Run]) -> str:
    """A figure as an embedded PNG; what is missing is named instead of an empty picture."""
    try:
        figure = draw(name, *(run.data for run in runs))
    except InputError as error:
        return f"<p class='missing'>Not drawn: {escape(str(error))}</p>"
    buffer = io.BytesIO()
    with plt.rc_context(style.STYLE):
        figure.savefig(buffer, format="png", dpi=150)
    width, height = (round(150 * size) for size in figure.get_size_inches())
    plt.close(figure)
    code = base64.b64encode(buffer.getvalue()).decode()
    text = escape(f"{name}, {label}", quote=True)
    size = f"width='{width}' height='{height}'"
    return f"<div class='scroll'><img src='data:image/png;base64,{code}' alt='{text}' {size}></div>"


def table_of_costs(run: Run) -> str:
    """Seconds per stage, overflows of the output layer's registers, cost of recording."""
    timings = [[f"<code>{escape(name)}</code>", f"{value:,.1f}"] for name, value in run.summary["timings"].items()]
    overflow = [[escape(name), f"{value:,}"] for name, value in run.summary["overflow"].items()]
    cost = run.summary.get("recording", {})
    recorded = [[escape(name), f"{value:g}"] for name, value in cost.items()]
    return (
        table(["stage", "seconds, all networks"], timings)
        + table(["register of the output layer", "overflows or saturations"], overflow)
        + table(["recording for the figures", ""], recorded)
    )


def configuration_of(run: Run) -> str:
    """The configuration, folded away, and the digest of the final states."""
    digest = f"<p>Digest of all final states: <code class='digest'>{escape(run.summary['digest'])}</code></p>"
    return f"{digest}\n<details><summary>config.toml</summary><pre>{escape(run.toml)}</pre></details>"
