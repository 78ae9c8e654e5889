"""Tables of a network of one's own: rates of its populations and weights of its projections, by phase."""

from typing import Any

from lava_sleep.tables.table import DASH, Cell, Column, Rows, Table, code


def activity_table(summary: dict) -> Table:
    """Spikes and rate of every population in every phase, all places of a phase in the schedule together."""
    phases = list(dict.fromkeys(stage["phase"] for stage in summary["phases"]))
    head = [Column("population")]
    for phase in phases:
        head += [Column("spikes", "right", phase), Column("rate", "right", phase)]
    names = summary["phases"][0]["populations"] if phases else {}
    rows: Rows = [
        [code(name), *(text for phase in phases for text in activity(summary, name, phase))] for name in names
    ]
    return Table(head, rows, note=f"rate: spikes per neuron and cycle of {summary['cycle_timesteps']} timesteps")


def activity(summary: dict, name: str, phase: str) -> tuple[str, str]:
    """Spikes and rate of a population in a phase."""
    found = [stage["populations"][name] for stage in summary["phases"] if stage["phase"] == phase]
    spikes, rates = sum(one["spikes"] for one in found), [one["rate"] for one in found if one["rate"] is not None]
    return f"{spikes:,}", f"{sum(rates) / len(rates):.3f}" if rates else DASH


def weights_table(summary: dict) -> Table:
    """What every phase did to the weights of every projection that learns; without rows where none does."""
    names = ("mean before", "mean after", "mean |change|", "synapses changed")
    head = [Column("projection"), Column("phase"), Column("rule"), *(Column(name, "right") for name in names)]
    rows: Rows = [
        [code(name), code(stage["phase"]), *changes(one)]
        for name in (summary["phases"][0]["projections"] if summary["phases"] else {})
        for stage in summary["phases"]
        for one in [stage["projections"][name]]
    ]
    return Table(head, rows)


def changes(one: dict[str, Any]) -> list[Cell]:
    """A projection in a phase."""
    means = [Cell(f"{one[key]:.2f}") for key in ("mean_before", "mean_after", "mean_absolute_change")]
    return [Cell(one["rule"]), *means, Cell(f"{one['changed']:.1%}")]


def facts(summary: dict) -> list[str]:
    """What else there is to know of a run."""
    overflow = ", ".join(f"{name} {number:,}" for name, number in summary["overflow"].items())
    steps = f"{summary['timesteps']:,} timesteps of {summary['neurons']:,} neurons"
    return [
        f"{steps} in {summary['timings']['total']:.1f} s; {summary['arithmetic']}, {summary['backend']}, "
        f"seed {summary['seed']}",
        f"registers that overflowed: {overflow}",
        f"digest of the final state: {summary['digest']}",
    ]
