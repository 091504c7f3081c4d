"""``python -m classifiers.training``: from the data to the model folder, end to end."""

import argparse
import sys
from pathlib import Path
from typing import Final

from classifiers.command import status_of

_EXAMPLE: Final = """\
examples (the two that make what ships; interrupted, the same command goes on where it stopped):
  python -m classifiers.training --data ../shared/data --out classifiers/model --steps 4700
  python -m classifiers.training --data ../shared/data --out classifiers/model-fast \\
      --layers 6 --steps 4600
"""


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        prog="python -m classifiers.training",
        description="Train the shipped model, quantise it, choose its thresholds, write its card.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    option = parser.add_argument
    option("--data", type=Path, required=True, help="folder with the four .jsonl.gz files")
    option("--out", type=Path, required=True, help="model folder to write")
    option("--steps", type=int, default=4700, help="length of the training (default 4700)")
    option("--seed", type=int, default=17, help="decides every draw (default 17)")
    option("--layers", type=int, help="so many only, taught by the finished deep network")
    option("--threads", type=int, default=2, help="processor threads (default 2)")
    option("--batch", type=int, default=48, help="rows per step (default 48)")
    option("--work", type=Path, default=Path("var/training"), help="base model and checkpoints")
    option("--note", default="", help="a sentence about this run for the card")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> None:
    """Do everything: fetch, cut, train, export, calibrate, measure, describe."""
    import torch  # noqa: PLC0415 - --help stays quick

    from classifiers.training.finish import finish  # noqa: PLC0415 - the same
    from classifiers.training.recipe import train_deep, train_shallow  # noqa: PLC0415 - the same
    from classifiers.training.train import Plan  # noqa: PLC0415 - the same

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    plan = Plan(options.seed, options.steps, batch=options.batch)
    if options.layers is None:
        trained = train_deep(options.data, options.work, plan)
    else:
        trained = train_shallow(options.data, options.work, plan, layers=options.layers)
    finish(options, trained)


if __name__ == "__main__":
    sys.exit(status_of(lambda: run(parse(sys.argv[1:]))))
