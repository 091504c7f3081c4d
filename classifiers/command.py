"""How a command of this package ends: with a status, and a sentence where the caller erred."""

import logging
import sys
from collections.abc import Callable

from vigie.errors import Misconfigured


def status_of(run: Callable[[], None]) -> int:
    """Run a command, its log on standard error; a mistake of the caller is status 2."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        run()
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0
