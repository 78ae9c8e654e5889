"""Studies from Python."""

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from lava_sleep.base.settings import validated
from lava_sleep.figures.performance import draw_performance
from lava_sleep.runs.lifecycle import Manner
from lava_sleep.studies import STUDIES
from lava_sleep.tables.html import drawn
from lava_sleep.tables.table import Table

EVERY = 60.0  # s between checkpoints; chosen here


class StudyResult(NamedTuple):
    """What a study has found: plain numbers, tables, a figure (or None), and the remarks with the verdict."""

    numbers: Any
    tables: list[Table]
    figure: Figure | None
    remarks: list[str]

    def _repr_html_(self) -> str:
        lines = "".join(f"<p>{line}</p>" for line in self.remarks)
        return "\n".join(map(drawn, self.tables)) + lines


def study(name: str, *, folder: str | Path | None = None, **settings: Any) -> StudyResult:
    """Make a study.

    Parameters
    ----------
    name : str
        A name of `lava_sleep.STUDIES`: "reproduce", "compare", "precision", "drift", "ablate", or an installed one.
    folder : str or Path, optional
        A new folder to keep it in, with all of its runs; by default nothing is kept.
    settings
        ``protocol``, ``networks``, ``seed``, and what the study has of its own.

    Raises
    ------
    InputError
        If something of this cannot be taken.
    """
    chosen = STUDIES.get(name)
    wanted = validated(type(chosen.settings), {**chosen.settings.model_dump(), **settings}, f"study {name}")
    manner = Manner(EVERY, chosen.settings.command, draw=draw_performance)
    with tempfile.TemporaryDirectory() as temporary:
        results = chosen.start(wanted, Path(folder) if folder else Path(temporary) / name, manner)
        numbers = chosen.read(results)
    return StudyResult(chosen.plain(numbers), chosen.tables(numbers), chosen.figure(numbers), chosen.remarks(numbers))
