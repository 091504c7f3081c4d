"""``python -m classifiers.training``: from the data to the model folder, end to end."""

import argparse
import json
import logging
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from classifiers.training.base import BaseFile, BasePaths, build_encoder, fetch_base
from classifiers.training.data import (
    Row,
    every_text,
    own_rows,
    plain_rows,
    sentiment_rows,
    toxicity_rows,
)
from classifiers.training.splits import apart
from classifiers.training.vocabulary import cut_vocabulary
from vigie.errors import Misconfigured

if TYPE_CHECKING:
    from classifiers.training.model import MultiTaskModel
    from classifiers.training.train import Plan, Progressed

log = logging.getLogger(__name__)

_EXAMPLE: Final = """\
example (half an hour on two cores; interrupted, the same command goes on where it stopped):
  python -m classifiers.training --data ../shared/data --out classifiers/model \\
      --minutes 30 --seed 17
"""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of the data, read once."""

    toxicity: list[Row]
    sentiment: list[Row]
    plain: list[Row]
    own: list[Row]

    def every(self) -> list[Row]:
        """Return all rows that hold any text."""
        rows = [*self.toxicity, *self.sentiment, *self.plain, *self.own]
        return [row for row in rows if row.text]


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
    option("--minutes", type=float, default=30.0, help="length of the training (default 30)")
    option("--steps", type=int, help="instead of minutes: an exact number of batches of 48 rows")
    option("--seed", type=int, default=17, help="decides every draw (default 17)")
    option("--threads", type=int, default=2, help="processor threads (default 2)")
    option("--batch", type=int, default=48, help="rows per step (default 48)")
    option("--work", type=Path, default=Path("var/training"), help="base model and checkpoints")
    option("--note", default="", help="a sentence about this run for the card")
    return parser.parse_args(arguments)


def read(folder: Path) -> Rows:
    """Return all rows of *folder*; ``Misconfigured`` where it lacks a file."""
    try:
        return Rows(toxicity_rows(folder), sentiment_rows(folder), plain_rows(folder), own_rows())
    except FileNotFoundError as error:
        msg = f"{error.filename} is missing: --data must name the folder of the training data"
        raise Misconfigured(msg) from error


def choose_vocabulary(base: BasePaths, data: Path, work: Path) -> list[int]:
    """Return the kept pieces, counting them over all texts once per work folder."""
    numbers = work / "kept.json"
    if not numbers.exists():
        kept = cut_vocabulary(base.tokenizer, work / "tokenizer.json", every_text(data))
        numbers.write_text(json.dumps(kept), "utf-8")
    chosen: list[int] = json.loads(numbers.read_text("utf-8"))
    log.info("%d pieces kept", len(chosen))
    return chosen


def train(rows: Rows, model: "MultiTaskModel", plan: "Plan", work: Path) -> "Progressed":
    """Train *model* in place, or load the finished run of the same seed from *work*."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - --help stays quick

    from classifiers.training.objectives import Labels  # noqa: PLC0415 - the same
    from classifiers.training.sampling import Sampler  # noqa: PLC0415 - the same
    from classifiers.training.train import Trainer  # noqa: PLC0415 - the same

    tokenizer = Tokenizer.from_file(str(work / "tokenizer.json"))
    tokenizer.enable_truncation(plan.max_pieces)
    sampler = Sampler.over(apart(rows.every(), work), seed=plan.seed, batch=plan.batch)
    return Trainer(model, Labels(model), tokenizer, sampler, plan).run(
        work / f"checkpoint-{plan.seed}.pt"
    )


def run(options: argparse.Namespace) -> None:
    """Do everything: fetch, cut, train, export, calibrate, measure, describe."""
    import torch  # noqa: PLC0415 - --help stays quick

    from classifiers.training.finish import finish  # noqa: PLC0415 - the same
    from classifiers.training.model import MultiTaskModel  # noqa: PLC0415 - the same
    from classifiers.training.train import Plan  # noqa: PLC0415 - the same

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    options.out.mkdir(parents=True, exist_ok=True)
    base = fetch_base(options.work / "base")
    rows = read(options.data)
    kept = choose_vocabulary(base, options.data, options.work)
    weights = BaseFile(base.weights)
    model = MultiTaskModel(build_encoder(weights, kept))
    if torch.cuda.is_available():
        model.cuda()
    plan = Plan(options.seed, 60.0 * options.minutes, steps=options.steps, batch=options.batch)
    progressed = train(rows, model, plan, options.work)
    packed = weights.packed_rows("emb.word", weights.shape.hidden, kept)
    finish(options, model, packed, rows, progressed)


def main() -> int:
    """Run the command; a mistake of the caller is one sentence and status 2."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        run(parse(sys.argv[1:]))
    except Misconfigured as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
