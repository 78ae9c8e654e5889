"""The folder that `lava-sleep port --out` writes: report, placement, map and cost."""

import json
from pathlib import Path

from emulation.errors import InputError
from lava_sleep.hardware.compliance import Report
from lava_sleep.hardware.cost import Events, cost_lines, estimate
from lava_sleep.hardware.placement import OUTSIDE, Placement
from lava_sleep.hardware.placement_figure import draw_map
from lava_sleep.hardware.text import report_lines


def write_port_folder(folder: Path, report: Report, events: list[Events]) -> None:
    """Write everything that is known of a network on a chip; the folder is new or empty.

    Parameters
    ----------
    folder : Path
    report : Report
    events : list of Events
        Counted in a run, for the cost.
    """
    costs = [estimate(report.usage, report.profile, one) for one in events]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lines = [*report_lines(report), "", *cost_lines(costs)]
        (folder / "report.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        write_json(folder / "report.json", report.as_json())
        write_json(folder / "placement.json", placement_data(report.placement))
        write_json(folder / "cost.json", [cost.as_json() for cost in costs])
        draw_map(report.usage, report.placement, report.profile, folder / "map.png")
    except OSError as error:
        raise InputError("--out: cannot be written", str(folder), "a writable place", f"free it ({error})") from error


def write_json(path: Path, data: object) -> None:
    """One JSON file."""
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def placement_data(placement: Placement) -> dict:
    """A placement as plain data."""
    cores = [
        {
            "pieces": [
                {"population": piece.population, "first": piece.first, "last": piece.last - 1} for piece in core.pieces
            ],
            "neurons": core.neurons,
            "input_axons": core.input_axons,
            "output_axons": core.output_axons,
            "synapse_bits": core.synapse_bits,
        }
        for core in placement.cores
    ]
    links = [
        {"from": name_of(start), "to": name_of(end), "axons": data["axons"]}
        for start, end, data in placement.graph.edges(data=True)
    ]
    return {"cores": cores, "synapse_bits_are_exact": placement.is_exact, "links": links}


def name_of(node: int) -> int | str:
    """A core by its index, or the outside."""
    return "outside" if node == OUTSIDE else node
