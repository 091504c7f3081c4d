"""``python -m classifiers.evaluation``: measure the models that ship, beside the baseline."""

import argparse
import sys
from pathlib import Path
from typing import Final

from classifiers.command import status_of

_EXAMPLE: Final = """\
example (what `make eval` runs; ten minutes on two cores, more where training left nothing behind):
  python -m classifiers.evaluation --data ../shared/data --model classifiers/model \\
      --model classifiers/model-fast --page docs/classifier.md
"""


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m classifiers.evaluation",
        description="Measure models on dev and on the functional suite, write their cards anew.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option = parser.add_argument
    option("--data", type=Path, required=True, help="folder with the four .jsonl.gz files")
    option("--model", type=Path, required=True, action="append", help="model folder; may repeat")
    option("--page", type=Path, help="page to write, its pictures beside it")
    option("--work", type=Path, default=Path("var/training"), help="where training left its work")
    option("--seed", type=int, default=17, help="decides every draw (default 17)")
    option("--threads", type=int, default=2, help="processor threads (default 2)")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> None:
    """Measure every model, write cards and page."""
    from classifiers.evaluation.page import write_page  # noqa: PLC0415 - --help stays quick
    from classifiers.evaluation.release import describe_model  # noqa: PLC0415 - the same
    from classifiers.evaluation.yardstick import prepare  # noqa: PLC0415 - the same
    from classifiers.training.recipe import read  # noqa: PLC0415 - the same

    options.work.mkdir(parents=True, exist_ok=True)
    yardstick = prepare(read(options.data, options.work), seed=options.seed)
    evaluations = [
        describe_model(folder, yardstick, threads=options.threads) for folder in options.model
    ]
    if options.page:
        write_page(options.page, evaluations, options.model, command="make eval")


if __name__ == "__main__":
    sys.exit(status_of(lambda: run(parse(sys.argv[1:]))))
