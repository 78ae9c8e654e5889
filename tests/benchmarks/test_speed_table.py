"""The table of speeds is made of a report and nothing else."""

from speed_table import BEGIN, END, insert_table, speed_table


def test_table_has_a_row_per_phase_and_a_column_per_executor():
    speeds = {"fixed-sleep": 90_000, "float-sleep": 40_000, "fixed-test": 500_000, "float-test": 600_000}
    speeds |= {"map-sleep": 50_000, "map-test": 70_000}
    report = {
        "machine_info": {"cpu": {"brand_raw": "Some CPU"}},
        "benchmarks": [{"param": name, "extra_info": {"cycles_per_second": speed}} for name, speed in speeds.items()],
    }
    table = speed_table(report)
    assert "| sleep | 90,000 | 40,000 | 50,000 |" in table and "| test | 500,000 | 600,000 | 70,000 |" in table
    assert "Some CPU" in table
    text = f"before {BEGIN} old {END} after"
    assert insert_table(insert_table(text, "wrong"), table) == f"before {BEGIN}\n\n{table}\n\n{END} after"
