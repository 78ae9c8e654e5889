"""The two consoles of the command line: results on stdout, remarks on stderr."""

from rich.console import Console

console = Console()
errors = Console(stderr=True)


def remark(line: str) -> None:
    """Print a line for the person, beside the results."""
    errors.print(line, soft_wrap=True, highlight=False, markup=False)


def result(line: str) -> None:
    """Print a line of the results, as it is."""
    console.print(line, soft_wrap=True, highlight=False, markup=False)
