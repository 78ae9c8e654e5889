"""The report: one HTML page that holds everything and asks the network for nothing."""

from html import escape

from emulation.errors import InputError
from lava_sleep.analysis.reproduction import PAPER_SDS, reproduce
from lava_sleep.figures.registry import FIGURES, draw
from lava_sleep.runs.folder import Run
from lava_sleep.runs.meaning import meaning
from lava_sleep.show.document import document, embedded
from lava_sleep.show.document import figure_block as block
from lava_sleep.statistics.verdict import YES, Verdict, overall
from lava_sleep.tables import html
from lava_sleep.tables.continual import chains_table
from lava_sleep.tables.costs import costs_table, timings_table
from lava_sleep.tables.html import folded
from lava_sleep.tables.reproduction import Reproduced, claims_table, measures_table, rows_table

CLAIM = (
    "A spiking network that learns a second task forgets the first; sleep, interleaved with training on one of them, "
    "brings both together (Golden et al., PLOS Comput. Biol. 2022). Fixed point is the arithmetic of neuromorphic "
    "hardware, float its reference, and map the paper's own network."
)
KINDS = {"yes": "good", "no": "bad"}  # of an article of the style sheet


def make_page(runs: list[Run]) -> str:
    """The whole page for one or more runs, which stand side by side."""
    made = [Reproduced(run.label, reproduce(run.summary, run.configuration.world)) for run in runs]
    labels, summaries = [run.label for run in runs], [run.summary for run in runs]
    measures = html.drawn(measures_table(made))
    by_stage = folded("Seconds of every stage, all networks together", html.drawn(timings_table(labels, summaries)))
    sections = {
        "Verdict": "<div class='runs'>\n" + "\n".join(map(verdict, runs, made)) + "\n</div>",
        "Beside the paper": html.drawn(rows_table(made)),
        "One task after the other": html.drawn(chains_table(labels, summaries)),
        "Claims": html.drawn(claims_table(made)),
        "Measures of continual learning": folded("of every row and run", measures) if measures else "",
        "Figures": "\n".join(figure_block(name, runs) for name in FIGURES),
        "Time, saturations, recording": html.drawn(costs_table(labels, summaries)) + by_stage,
        "Configuration": "\n".join(configuration_of(run) for run in runs),
    }
    title = "lava-sleep: " + ", ".join(run.label for run in runs)
    return document(title, "Sleep against catastrophic forgetting", CLAIM, sections, several=len(runs) > 1)


def verdict(run: Run, made: Reproduced) -> str:
    """What the numbers of a run say, and how many of our targets and claims hold."""
    summary, number = run.summary, run.summary["networks"]
    found = meaning(summary)
    kind = KINDS.get(found.verdict.answer, "open") if found.verdict else "open"
    seeds = f"seed{'s' if number > 1 else ''} {run.configuration.seed}"
    seeds += f"–{run.configuration.seed + number - 1}" if number > 1 else ""
    facts = (
        f"executor {summary['executor']}, protocol {summary['protocol']}, {number} network{'s' if number > 1 else ''}, "
        f"{seeds}"
    )
    entries = [entry for entry in made.found.entries if entry.verdict]
    beside = [entry.beside_paper == "within" for entry in entries]
    counts = [
        counted([entry.verdict for entry in entries if entry.verdict], "entries in the range set for this network"),
        counted([claim.verdict for claim in made.found.claims], "claims hold"),
        f"<li>{sum(beside)} of {len(beside)} entries within {PAPER_SDS} SDs of the paper's</li>" if beside else "",
    ]
    return (
        f"<article class='{kind}'>\n<h3>{escape(run.label)}</h3>\n<p class='facts'>{escape(facts)}</p>\n"
        f"<p class='verdict'>{escape(found.text)}</p>\n<ul>{''.join(counts)}</ul>\n</article>"
    )


def counted(verdicts: list[Verdict], what: str) -> str:
    """How many of several hold, and the verdict on all of them; nothing where there are none."""
    if not verdicts:
        return ""
    whole, number = overall(verdicts), sum(one == YES for one in verdicts)
    sign = html.mark(whole.kind) if whole.kind in html.MARKS else ""
    return f"<li>{sign} {number} of {len(verdicts)} {what}; all of them: {escape(whole.text)}</li>"


def figure_block(name: str, runs: list[Run]) -> str:
    """One figure for every run (or one for all, if it compares runs) with its caption; empty where it is for none."""
    drawing = FIGURES.get(name)
    if drawing.compares:
        if len(runs) < 2:
            return ""
        images = image(name, ", ".join(run.label for run in runs), runs)
    else:
        if not any(drawing.fits(run.data) for run in runs):
            return ""
        parts = [image(name, run.label, [run]) for run in runs]
        labels = [f"<h4>{escape(run.label)}</h4>\n" if len(runs) > 1 else "" for run in runs]
        images = "<div class='pictures'>\n" + "\n".join(
            f"<div class='picture'>{label}{part}</div>" for label, part in zip(labels, parts)
        )
        images += "\n</div>"
    return block(name, drawing.title, drawing.caption, images)


def image(name: str, label: str, runs: list[Run]) -> str:
    """A figure as an embedded PNG that a click enlarges; what is missing is named instead of an empty picture."""
    try:
        figure = draw(name, *(run.data for run in runs))
    except InputError as error:
        return f"<p class='missing'>Not drawn: {escape(str(error))}</p>"
    return embedded(figure, f"{FIGURES.get(name).title}, {label}")


def configuration_of(run: Run) -> str:
    """The configuration, folded away, and the digest of the final states."""
    digest = f"<p>Digest of all final states: <code class='digest'>{escape(run.summary['digest'])}</code></p>"
    return folded(f"{run.label}: config.toml and digest", f"{digest}\n<pre>{escape(run.toml)}</pre>")
