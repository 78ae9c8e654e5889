"""Entry point of the command `lava-sleep` and of `python -m lava_sleep`; handles Ctrl-C from the start."""

import os
import sys

from lava_sleep.base.companions import ForeignPackageError, check_companions

BAD_INPUT, INTERRUPTED = 2, 130


def main() -> None:
    """Run the command line; Ctrl-C while it is still being loaded ends it quietly too."""
    try:
        check_companions()
        from lava_sleep.cli.main import main as command_line

        command_line()
    except ForeignPackageError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted; nothing written\n")
        sys.stderr.flush()
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
