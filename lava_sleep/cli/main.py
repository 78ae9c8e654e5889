"""The command line: its commands are registered here, and every error ends as one line and an exit code."""

import os
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from emulation.errors import LavaSleepError
from lava_sleep.base.terminal import console, remark
from lava_sleep.cli import hardware, networks, run, show, studies
from lava_sleep.runs.signals import INTERRUPTED, TERMINATED, Interrupted

BAD_INPUT = LavaSleepError.exit_code

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        console.print(version("lava-sleep"), highlight=False)
        raise typer.Exit


@app.callback()
def about(
    show: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Sleep against catastrophic forgetting in a spiking network, in the arithmetic of neuromorphic hardware."""


for commands in (run, studies, show, hardware, networks):
    commands.register(app)


def main() -> None:
    """Run the command line: a person's mistake is one line and exit 2, Ctrl-C is exit 130."""
    try:
        command = typer.main.get_command(app)
        with command.make_context("lava-sleep", sys.argv[1:]) as context:
            command.invoke(context)
    except (typer.Exit, Interrupted) as end:
        leave(end.exit_code)
    except LavaSleepError as error:
        remark(f"error: {error}")
        leave(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        remark("interrupted")
        leave(INTERRUPTED)
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        remark(f"error: {error.strerror or error}{place}")
        leave(BAD_INPUT)
    except MemoryError as error:
        remark(f"error: not enough memory ({error}). Run fewer or smaller networks.")
        leave(BAD_INPUT)
    except Exception as error:
        if not hasattr(error, "exit_code") or not hasattr(error, "format_message"):
            raise
        if message := error.format_message():  # none where the help was printed instead
            remark(f"error: {message}")
        leave(BAD_INPUT)
    else:
        leave(0)


def leave(code: int) -> None:
    """End the process with an exit code."""
    sys.stdout.flush()
    sys.stderr.flush()
    if code in (INTERRUPTED, TERMINATED):
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
