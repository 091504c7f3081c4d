"""What one would write without Vigie: read a topic, ask the Hugging Face pipeline, write a topic.

A process of its own, so that torch has the machine as it would. The network has the shape of the
shipped one with weights drawn by chance, which cost the same; its answers mean nothing.
Prints its `Run` as JSON.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import torch
from kafka import KafkaConsumer, KafkaProducer  # type: ignore[import-untyped]
from transformers import (
    AutoConfig,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
    pipeline,
)

from tests.bench.corpus import SEED
from tests.bench.cpu import CpuTimes
from tests.bench.figures import Run, Subject

MAX_PIECES = 80
"""Where the shipped model cuts, too."""


def classifier(folder: Path) -> Any:  # noqa: ANN401 - transformers' own
    """Return the Hugging Face pipeline on a network shaped like the one in `folder`."""
    torch.manual_seed(SEED)
    network = BertForSequenceClassification(AutoConfig.from_pretrained(folder))  # type: ignore[no-untyped-call]
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(folder / "tokenizer.json"), pad_token="<pad>", unk_token="<unk>"
    )
    return pipeline("text-classification", model=network, tokenizer=tokenizer, device="cpu")


def consume(bootstrap: str, model: Path, *, warming: int, count: int, broker: int) -> Run:
    """Classify the first records of the topic; the first `warming` are not counted."""
    classify = classifier(model)
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    pids = {"classify": os.getpid(), "broker": broker}
    consumer = KafkaConsumer(
        "vigie.comments",
        bootstrap_servers=bootstrap,
        group_id="plain",
        auto_offset_reset="earliest",
    )
    for number, record in enumerate(consumer):
        if number == warming:
            begun = CpuTimes.now(pids)
        post = json.loads(record.value)
        answer = classify(post["text"], truncation=True, max_length=MAX_PIECES)[0]
        producer.send("vigie.actions", json.dumps({"id": post["id"], **answer}).encode())
        if number + 1 == warming + count:
            break
    producer.flush()
    ended = CpuTimes.now(pids)
    consumer.close()
    own, others = ended.since(begun)
    return Run(
        subject=Subject.PLAIN,
        comments=count,
        seconds=ended.at - begun.at,
        cpu_s=own,
        others_cores=others,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bootstrap")
    parser.add_argument("model", type=Path)
    parser.add_argument("--warming", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--broker", type=int, required=True, help="its process id")
    taken = consume(**vars(parser.parse_args()))
    sys.stdout.buffer.write(msgspec.json.encode(taken))
