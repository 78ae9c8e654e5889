"""Progress of a run: a live bar on a terminal, a plain line now and then elsewhere."""

import time

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from lava_sleep.base.terminal import errors


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
