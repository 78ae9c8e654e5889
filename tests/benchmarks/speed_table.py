"""Put the figures of `test_speed` into the README, between its two marker comments.

python tests/benchmarks/speed_table.py benchmark.json
"""

import json
import re
import sys
from pathlib import Path

BEGIN, END = "<!-- speed: begin -->", "<!-- speed: end -->"
README = Path(__file__).parents[2] / "README.md"
EXECUTORS = {"fixed": "emulation", "float": "float", "map": "map"}


def speed_table(report: dict) -> str:
    """A report of pytest-benchmark as a Markdown table: phases by executor, in cycles per second."""
    speeds: dict[str, dict[str, int]] = {}
    for benchmark in report["benchmarks"]:
        if "cycles_per_second" in benchmark["extra_info"]:
            arithmetic, phase = re.fullmatch(r"(?:.*\[)?(\w+)-(\w+)\]?", benchmark["param"]).groups()
            speeds.setdefault(phase, {})[EXECUTORS[arithmetic]] = benchmark["extra_info"]["cycles_per_second"]
    names = [name for name in EXECUTORS.values() if any(name in row for row in speeds.values())]
    lines = [f"| cycles per second | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    lines += [f"| {phase} | {' | '.join(f'{row[name]:,}' for name in names)} |" for phase, row in speeds.items()]
    machine = report["machine_info"]["cpu"]["brand_raw"]
    return "\n".join([*lines, "", f"One network on one core of an {machine}, the best of 20 runs of 2,000 cycles."])


def insert_table(text: str, table: str) -> str:
    """`text` with `table` between the marker comments."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(insert_table(README.read_text(), speed_table(json.loads(Path(sys.argv[1]).read_text()))))
