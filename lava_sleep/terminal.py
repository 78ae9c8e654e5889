"""What a person sees: progress, and the table of a run."""

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

console = Console()
errors = Console(stderr=True)
INTERRUPTED, TERMINATED = 130, 143  # exit codes after Ctrl-C and SIGTERM
TELLING = ("T1", "T1>T2", "T1>T2>i(S,T1)", "T1>T2>i(R,T1)")  # the rows that lay sleep beside rest
LEARNT, KEPT = 0.6, 0.05  # performance and its difference from which these words are used; chosen here


class Reporter:
    """Progress: a live bar on a terminal, a plain line now and then elsewhere."""

    SECONDS = 10.0

    def __init__(self, total: int, done: int = 0) -> None:
        self.total, self.done, self.began = total, done, time.perf_counter()
        self.shown = self.began
        columns = (TextColumn("cycles"), BarColumn(), TextColumn("{task.percentage:.0f} %"), TimeElapsedColumn())
        self.bar = Progress(*columns, TimeRemainingColumn(), console=errors) if errors.is_terminal else None
        self.task = self.bar.add_task("cycles", total=total, completed=done) if self.bar else None

    def __enter__(self) -> "Reporter":
        if self.bar:
            self.bar.start()
        else:
            first = "the first start compiles the kernels, about half a minute"
            going_on = f"{self.done:,} of them done before; " if self.done else ""
            errors.print(f"{self.total:,} cycles to run ({going_on}{first})", soft_wrap=True, highlight=False)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar:
            self.bar.stop()

    def __call__(self, cycles: int) -> None:
        self.done += cycles
        now = time.perf_counter()
        if self.bar and self.task is not None:
            self.bar.update(self.task, completed=self.done)
        elif now - self.shown > self.SECONDS:
            self.shown = now
            errors.print(f"{self.done:,} of {self.total:,} cycles, {now - self.began:.0f} s", highlight=False)


def show(made: dict) -> None:
    """The table of a summary, and what it means."""
    number = made["networks"]
    title = f"performance on frozen weights; {made['executor']}, {number} network{'s' if number > 1 else ''}"
    console.print(title, soft_wrap=True, highlight=False)
    table = Table()
    for heading in ("after", "Task 1", "Task 2"):
        table.add_column(heading, justify="left" if heading == "after" else "right")
    for row in made["rows"]:
        table.add_row(row["after"], cell(row["task1"]), cell(row["task2"]))
    console.print(table)
    console.print(meaning(made["rows"]), soft_wrap=True, highlight=False)
    hidden = made["hidden"]
    one, single, covered = f"{hidden['one']:.1%}", f"{hidden['single_pixel']:.1%}", f"{hidden['covered']:g}"
    console.print(
        f"hidden layer: {one} of the neurons fire for exactly one particle, {single} for a single pixel; "
        f"{covered} of 148 particles have neurons of their own",
        soft_wrap=True,
        highlight=False,
    )
    overflows = ", ".join(f"{name} {number:,}" for name, number in made["overflow"].items())
    console.print(f"registers of the output layer that overflowed: {overflows}", soft_wrap=True, highlight=False)
    cost = made["recording"]  # `lava_sleep.recording.recording_cost`
    recorded = f"{cost['seconds']:.2f} s ({cost['share']:.1%} of the run), {cost['megabytes']:.1f} MB of arrays"
    console.print(f"recorded for the figures: {recorded}", soft_wrap=True, highlight=False)


def cell(values: dict) -> str:
    """Mean and SD of one entry."""
    if values["mean"] is None:
        return "-"
    return f"{values['mean']:.3f} ± {values['sd']:.3f}" if len(values["per_network"]) > 1 else f"{values['mean']:.3f}"


def sleep_kept(rows: list[dict]) -> bool | None:
    """Whether sleep kept the old task better than rest did; None where the rows do not tell."""
    found = {row["after"]: row for row in rows}
    if any(name not in found or found[name]["task1"]["mean"] is None for name in TELLING):
        return None
    if found[TELLING[0]]["task1"]["mean"] < LEARNT:
        return None
    asleep, rested = (found[name]["task2"]["mean"] for name in TELLING[2:])
    return asleep - rested > KEPT


def meaning(rows: list[dict]) -> str:
    """One line that says what the table shows, from its own numbers."""
    found = {row["after"]: row for row in rows}
    if any(name not in found or found[name]["task1"]["mean"] is None for name in TELLING):
        return "These rows do not lay sleep beside rest; chance is 0.5."
    learnt, forgotten = (found[name]["task1"]["mean"] for name in TELLING[:2])
    kept = sleep_kept(rows)
    if kept is None:
        return "Task 1 was not learnt in so few cycles, so nothing can be said of sleep (chance 0.5)."
    asleep, rested = (found[name]["task2"]["mean"] for name in TELLING[2:])
    verdict = "sleep kept the old task" if kept else "sleep did not keep the old task"
    return (
        f"Task 1 was learnt ({learnt:.2f}) and forgotten with Task 2 ({forgotten:.2f}); when Task 1 is trained again, "
        f"Task 2 stands at {asleep:.2f} with sleep and {rested:.2f} with rest: {verdict} (chance 0.5)."
    )
