"""Every row of the paper and all controls, laid beside the paper's figures with a verdict per row."""

from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from pydantic import Field

from lava_sleep.analysis.reproduction import Reproduction, as_json
from lava_sleep.analysis.reproduction import reproduce as lay_beside
from lava_sleep.base.files import choose_folder
from lava_sleep.base.terminal import remark, result
from lava_sleep.runs.configuration import Configuration, read_configuration
from lava_sleep.runs.folder import CONFIGURATION
from lava_sleep.runs.lifecycle import Manner, resume_run, start_run, unfinished_settings
from lava_sleep.runs.signals import Interrupted, StopSignals
from lava_sleep.runs.summary import read_finished, read_summary
from lava_sleep.studies.study import Made, Study, StudySettings
from lava_sleep.tables.reproduction import reproduction_tables
from lava_sleep.tables.table import Table


class ReproduceSettings(StudySettings):
    """A run of the paper's rows, and which network runs them."""

    command: str = "reproduce"
    protocol: str = "paper"
    networks: int = Field(10, ge=1, le=10_000)
    options: dict[str, str] = Field({}, description="executor, network, arithmetic, backend")

    def configuration(self, **options: str) -> Configuration:
        """Of its run."""
        numbers = self.model_dump(include={"protocol", "networks", "seed"})
        return read_configuration(None, {**numbers, **self.options, **options})


class Found(NamedTuple):
    """A run beside the paper, and the markers of its tables."""

    reproduction: Reproduction
    marker: str


def marker_of(protocol: str, label: str) -> str:
    """Name of the markers between which a reproduction's tables stand."""
    return protocol if label == Configuration().label else f"{protocol}-{label}"


class Reproduce(Study):
    """The study whose only run is its folder: `lava-sleep report` and the others read it as any run."""

    name: ClassVar[str] = "reproduction"
    settings: ClassVar[StudySettings] = ReproduceSettings()

    def runs(self, settings: StudySettings) -> dict[str, Configuration]:
        """The one run."""
        return {"": settings.configuration()}

    def numbers(self, settings: StudySettings, made: Made) -> Found:
        """The run beside the paper."""
        return self.read(made.folder)

    def read(self, folder: Path) -> Found:
        """A finished run beside the paper."""
        summary = read_summary(folder)
        world = read_configuration(folder / CONFIGURATION, {}, to_run=False).world
        return Found(lay_beside(summary, world), marker_of(summary["protocol"], summary["executor"]))

    def plain(self, numbers: Found) -> dict[str, Any]:
        """Rows, claims and measures as plain data."""
        return as_json(numbers.reproduction)

    def marker(self, numbers: Found) -> str:
        """The protocol, and what ran it unless that is the default."""
        return numbers.marker

    def marker_before(self, given: dict[str, Any], resume: Path | None) -> str:
        """The same from what is given of the settings, or from the run that is there."""
        if resume is not None:
            if begun := unfinished_settings(resume, given.get("options", {})):
                return marker_of(begun.protocol.name, begun.label)
            if read_finished(resume):
                made = read_summary(resume)
                return marker_of(made["protocol"], made["executor"])
        settings = self.settings.model_copy(update=given)
        return marker_of(settings.protocol, settings.configuration().label)

    def tables(self, numbers: Found) -> list[Table]:
        """Rows, claims and measures."""
        return reproduction_tables(numbers.reproduction)

    def document_tables(self, numbers: Found) -> list[Table]:
        """Rows and claims."""
        return reproduction_tables(numbers.reproduction, measures=False)

    def remarks(self, numbers: Found) -> list[str]:
        """The verdict."""
        return [f"every row and every claim holds: {numbers.reproduction.verdict.text}"]

    def start(self, settings: StudySettings, out: Path | None, manner: Manner) -> Path:
        """Run into a new folder, and lay the run beside the paper."""
        folder = start_run(settings.configuration(), choose_folder(out, settings.command), manner)
        self.finish(folder, manner)
        return folder

    def resume(self, results: Path, given: dict, manner: Manner) -> Path:
        """Go on with the run; of a finished one the tables are written anew."""
        options = given.get("options", {})
        numbers = {name: value for name, value in given.items() if name != "options"}
        new = self.settings.model_copy(update=given).configuration() if numbers else None
        resume_run(results, new or unfinished_settings(results, options), manner)
        self.finish(results, manner)
        return results

    def finish(self, folder: Path, manner: Manner) -> None:
        """Write and show the tables of a finished run."""
        with StopSignals() as stop:
            try:
                found = self.read(folder)
                self.write(found, folder)
            except KeyboardInterrupt:
                again = manner.again(folder)
                remark(f"interrupted: the run is finished: {folder}; its table is not; `{again}` writes it")
                raise Interrupted(stop.code) from None
        self.show(found)
        result(f"results: {folder}")


REPRODUCE = Reproduce()
