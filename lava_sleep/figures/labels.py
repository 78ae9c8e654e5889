"""Labels of arrows: each at the place on its arrow where it hides least."""

from collections.abc import Sequence
from typing import NamedTuple

Place = tuple[float, float]
Area = tuple[float, float, float, float]  # left, bottom, right, top
ROUNDS = 3  # in which every label moves once; chosen here


class Label(NamedTuple):
    """A text of a width and height, and where it may stand, the best first."""

    text: str
    colour: str
    size: tuple[float, float]
    places: Sequence[Place]


def arranged(labels: Sequence[Label], things: Sequence[Area]) -> list[Place]:
    """A place for each label.

    Parameters
    ----------
    labels : sequence of Label
    things : sequence of tuple
        Areas that labels should not hide.
    """
    chosen: list[Place | None] = [None] * len(labels)
    for _ in range(ROUNDS):
        for number, label in enumerate(labels):
            others = [
                around(place, *other.size)
                for index, (other, place) in enumerate(zip(labels, chosen))
                if place is not None and index != number
            ]
            chosen[number] = min(label.places, key=lambda place: hidden(around(place, *label.size), [*things, *others]))
    return [place for place in chosen if place is not None]


def hidden(area: Area, others: Sequence[Area]) -> float:
    """How much of others an area hides."""
    return sum(
        max(0.0, min(area[2], one[2]) - max(area[0], one[0])) * max(0.0, min(area[3], one[3]) - max(area[1], one[1]))
        for one in others
    )


def around(place: Place, width: float, height: float) -> Area:
    """The area of a thing in its middle."""
    return place[0] - width / 2, place[1] - height / 2, place[0] + width / 2, place[1] + height / 2
