"""Rows of a protocol: repeated steps, and every row once."""

from lava_sleep.protocols.protocol import load_protocol
from lava_sleep.protocols.schedule import stages
from lava_sleep.runs.configuration import configuration_of, read_configuration


def test_repeated_steps_are_rows_and_every_row_stands_once():
    made = configuration_of({"protocol": {"rows": ["T1>T2^3", "T1>T2>T2", "T1^1", "T1"]}})
    assert made.protocol.rows == ("T1>T2", "T1>T2^2", "T1>T2^3", "T1")
    rows = [stage.after for stage in stages(made.network, made.protocol) if stage.is_row]
    assert sorted(rows) == sorted(made.protocol.rows)


def test_a_named_protocol_holds_as_many_rows_as_it_says():
    assert len(read_configuration(None, {"protocol": "long"}).protocol.rows) == 42
    assert load_protocol("long")["rows"][2] == "T1>i(S,T2)^10"
