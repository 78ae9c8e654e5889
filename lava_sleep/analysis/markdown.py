"""Generated tables in Markdown files: they stand between two marker comments of the same name."""

from pathlib import Path

from lava_sleep.checkpoint import write_whole
from lava_sleep.errors import InputError


def around(path: Path, name: str) -> tuple[str, str]:
    """What a file holds up to and with ``<!-- name: begin -->``, and from ``<!-- name: end -->`` on.

    Raises
    ------
    InputError
        If the file cannot be read, or does not have both markers once.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    try:
        whole = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InputError("file to put a table into", str(path), "a readable file", f"check it ({error})") from error
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise InputError("markers", str(path), f"{begin} and {end}, once each", "add them where the table belongs")
    before, rest = whole.split(begin)
    return before + begin, end + rest.split(end)[-1]


def insert_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between the markers of a file, see `around`."""
    before, after = around(path, name)
    write_whole(path, f"{before}\n\n{text}\n\n{after}".encode())
