"""What a phase clears when it begins."""

from emulation.graph.plan import CLEAR_INPUT, CLEAR_TAGS, CLEAR_TRACES, CLEAR_U, CLEAR_V, GraphState


def clear(state: GraphState, flags: int) -> None:
    """Forget what the bits say (`emulation.graph.plan`); the counts of the cycle before in any case."""
    state.counts[:] = 0
    cleared = {CLEAR_U: (state.u,), CLEAR_V: (state.v, state.resting), CLEAR_TAGS: (state.tags,)}
    cleared[CLEAR_TRACES] = (state.x_traces, state.y_traces, state.x_time, state.y_time)
    cleared[CLEAR_INPUT] = (state.arriving, state.touched, state.outside)
    for flag, arrays in cleared.items():
        for array in arrays if flags & flag else ():
            array[:] = 0
