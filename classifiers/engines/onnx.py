"""Our network in ONNX Runtime on the processor: 8-bit matrices, few threads, no torch.

Importing this module loads the library, so only who opens such a network does it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # ships no types
from onnxruntime.capi import onnxruntime_pybind11_state as native  # type: ignore[import-untyped]

from classifiers.engines import Probabilities
from classifiers.engines.batches import Pieces, in_parts, padded
from vigie.errors import Misconfigured, Transient

_NEEDED: Final = ("sentiment", "toxicity")
_TARGET: Final = "target"
#: How the library says that it has no memory: it has no exception of its own for it.
_NO_MEMORY: Final = ("Failed to allocate memory", "bad_alloc", "bad allocation")
_FAILURES: Final = (native.Fail, native.RuntimeException, native.InvalidArgument, native.EPFail)
_UNREADABLE: Final = (native.InvalidProtobuf, native.InvalidGraph, native.NotImplemented)


class OnnxNetwork:
    """The file's own answer to pieces; outputs that the file lacks are NaN.

    A single text has all threads together. Of several, each thread takes a few for itself: threads
    that need not wait for one another after every operation answer more, and what few texts need
    stays in a core's own cache. It costs the weights a second time, some 45 MB.
    """

    def __init__(self, path: Path, *, threads: int, padding: int) -> None:
        self._together = _open_session(path, threads)
        self._apart = _open_session(path, 1) if threads > 1 else self._together
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="network")
        self._padding = padding
        found = {output.name for output in self._together.get_outputs()}
        if not found.issuperset(_NEEDED):
            msg = f"{path} has no outputs {' and '.join(_NEEDED)}: install the model again"
            raise Misconfigured(msg)
        self._outputs = [*_NEEDED, _TARGET] if _TARGET in found else [*_NEEDED]

    def run(self, pieces: list[Pieces]) -> Probabilities:
        """Return the network's answer to texts already cut into pieces, in one batch."""
        if len(pieces) == 1:
            return self._answer(self._together, pieces)
        parts = in_parts(pieces, self._threads)
        answers = self._pool.map(partial(self._answer, self._apart), parts)
        return Probabilities(*map(np.concatenate, zip(*answers, strict=True)))

    def _answer(
        self, session: onnxruntime.InferenceSession, pieces: Sequence[Pieces]
    ) -> Probabilities:
        inputs, mask = padded(pieces, self._padding)
        try:
            said: list[Any] = session.run(
                self._outputs, {"input_ids": inputs, "attention_mask": mask}
            )
        except _FAILURES as error:
            if any(sign in str(error) for sign in _NO_MEMORY):
                raise MemoryError from error
            msg = f"onnxruntime failed ({type(error).__name__}): restart if it goes on"
            raise Transient(msg) from error
        if len(said) == len(_NEEDED):
            said.append(Probabilities.unknown(len(pieces)).target)
        return Probabilities(*said)


def _open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Threads wait awake between two operations, but sleep once the batch is answered: on two cores
    # they would take the time of the worker's event loop.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    try:
        return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except (*_FAILURES, *_UNREADABLE) as error:
        msg = f"onnxruntime cannot read {path} ({type(error).__name__}): install the model again"
        raise Misconfigured(msg) from error
