"""Generated tables in Markdown files: they stand between two marker comments of the same name."""

from pathlib import Path

from lava_sleep.checkpoint import write_whole
from lava_sleep.errors import InputError


def insert_between(path: Path, name: str, text: str) -> None:
    """Replace what stands between ``<!-- name: begin -->`` and ``<!-- name: end -->`` of a file.

    Raises
    ------
    InputError
        If the file cannot be read, or does not have both markers once.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    try:
        whole = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            "file to put a table into", str(path), "a readable file", f"check it ({error.strerror})"
        ) from error
    if whole.count(begin) != 1 or whole.count(end) != 1:
        raise InputError("markers", str(path), f"{begin} and {end}, once each", "add them where the table belongs")
    before, rest = whole.split(begin)
    write_whole(path, f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end)[1]}".encode())
