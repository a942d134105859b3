"""``python -m meritlog`` is the command ``meritlog``."""

import sys

from meritlog.cli import main

sys.exit(main())
