"""The command ``meritlog``, which ``python -m meritlog`` is, too."""

import sys

INTERRUPTED = 130


def run() -> int:
    """Run one command to its exit code; Ctrl-C while the command line is still being loaded is no traceback either."""
    try:
        from meritlog.cli import main

        return main()
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(run())
