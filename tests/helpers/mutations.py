"""What can be wrong with a file: bytes, values in the place of others, parts that are missing or too many."""

import hashlib
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
numbers = st.sampled_from([0, 1, -1, 2, 49, 255, 256, 2**15, 2**31 - 1, -(2**31), 2**62, 0.5, 1e300])
odd_numbers = numbers | st.sampled_from([float("nan"), float("inf"), -float("inf")])
shapes = arrays_of.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5)
odd_arrays = st.sampled_from(["f4", "f8", "i8", "i2", "u1", "bool", "S4", "c8"]).flatmap(
    lambda kind: arrays_of.arrays(np.dtype(kind), shapes)
)
rule_texts = st.text("xywtdu0123459^*+-() .esgnv", max_size=60) | st.text(max_size=30)


@st.composite
def edited(draw, content: bytes) -> bytes:
    """Bytes with some flipped, cut out, put in, or cut off at the end."""
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(content) - 1)))
        way = draw(st.sampled_from(["flip", "flip", "flip", "cut", "put in", "end"]))
        if way == "flip" and content:
            content = content[:place] + bytes([content[place] ^ draw(st.integers(1, 255))]) + content[place + 1 :]
        elif way == "cut":
            content = content[:place] + content[place + draw(st.integers(1, 30)) :]
        elif way == "put in":
            content = content[:place] + draw(st.binary(min_size=1, max_size=8)) + content[place:]
        else:
            content = content[:place]
    return content


def places(tree: Any, before: tuple = ()) -> list[tuple]:
    """The places of all keys and elements of nested tables and lists."""
    inner = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [place for key, value in inner for place in [(*before, key), *places(value, (*before, key))]]


def replaced(tree: Any, place: tuple, value: Any) -> Any:
    """A copy of nested tables and lists with another value in one place."""
    if not place:
        return value
    copy = tree.copy()
    copy[place[0]] = replaced(tree[place[0]], place[1:], value)
    return copy


def without(tree: Any, place: tuple) -> Any:
    """A copy without what is in one place."""
    copy = tree.copy()
    if len(place) == 1:
        del copy[place[0]]
    else:
        copy[place[0]] = without(tree[place[0]], place[1:])
    return copy


@st.composite
def changed_tree(draw, tree: Any) -> Any:
    """Nested tables with one value replaced or missing."""
    place = draw(st.sampled_from(places(tree)))
    return without(tree, place) if draw(st.integers(0, 4)) == 0 else replaced(tree, place, draw(plain | odd_numbers))


def sealed(magic: bytes, header: bytes, arrays: bytes) -> bytes:
    """A checkpoint whose checksum is right, whatever is in it."""
    body = header + b"\n" + arrays
    return magic + hashlib.sha256(body).hexdigest().encode() + b"\n" + body
