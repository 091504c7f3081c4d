"""The encoder's matrices in 8 bits, so chosen that a text's scores hardly move.

Knows the network and numbers, no file. Ranges of the inputs are fixed on sample texts, so that a
text is answered alike alone and in any company; only the second feed-forward matrix, whose few huge
inputs no fixed range serves, takes its range from each row. Loud input channels are divided and
their weights multiplied (SmoothQuant, Xiao et al. 2023); weights are rounded so that the product,
not the weight, errs least (GPTQ, Frantar et al. 2023).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

if TYPE_CHECKING:
    from classifiers.training.model import MultiTaskModel

FloatArray = NDArray[np.float32]

#: The matrices of a layer: query, key and value side by side; attention output; feed-forward.
KINDS: Final = ("qkv", "ao", "fi", "fo")
Key = tuple[int, str]  # layer and kind

#: By row: GELU is never below -0.17, and the largest value of a row counts as at least ROW_FLOOR,
#: so one range, relative to that largest value, serves every row.
ROW_FLOOR: Final = 0.8
_GELU_LEAST: Final = 0.17
_LEVELS: Final = 255
_WEIGHT_LEVELS: Final = 127
_STRENGTHS: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_SHRINKS: Final = (1.0, 0.85, 0.7)
_ROWS_TRIED: Final = 1_600
_LOUDEST_TRIED: Final = 200
#: No outlier is cut off that more than one value in 10,000 exceeds.
_KEPT: Final = 0.9999
_DAMPING: Final = 0.01
_BLOCK: Final = 64


class Range(NamedTuple):
    """Maps x to round(x / scale) + zero, cut to 0 … 255."""

    scale: np.float32
    zero: int

    def through(self, values: FloatArray) -> FloatArray:
        """Return *values* as they come out of 8 bits."""
        levels = np.clip(np.rint(values / self.scale) + self.zero, 0, _LEVELS)
        seen: FloatArray = ((levels - self.zero) * self.scale).astype(np.float32)
        return seen


@dataclass(frozen=True, slots=True)
class Matrix:
    """y = range(x * equal) @ (weights * steps) + bias; *weights* are (inputs, outputs).

    ``equal`` is None where no channel is divided. A matrix ``by_row`` divides each row of x by its
    largest value first and multiplies y by it.
    """

    range: Range
    weights: NDArray[np.int8]
    steps: FloatArray
    bias: FloatArray
    equal: FloatArray | None = None
    by_row: bool = False


def quantise(model: "MultiTaskModel", samples: Sequence[Sequence[int]]) -> dict[Key, Matrix]:
    """Return every matrix of the encoder in 8 bits; *samples* are some 300 texts as pieces."""
    matrices = {
        key: _quantised(linears(model, key), rows, by_row=key[1] == "fo")
        for key, rows in _inputs(model, samples).items()
    }
    return _folded(matrices)


def linears(model: "MultiTaskModel", key: Key) -> list[Any]:
    """Return the linear layers that one matrix of ours stands for."""
    layer: Any = model.encoder.encoder.layer[key[0]]
    attention = layer.attention.self
    return {
        "qkv": [attention.query, attention.key, attention.value],
        "ao": [layer.attention.output.dense],
        "fi": [layer.intermediate.dense],
        "fo": [layer.output.dense],
    }[key[1]]


def _inputs(model: "MultiTaskModel", samples: Sequence[Sequence[int]]) -> dict[Key, FloatArray]:
    """Return the input rows (pieces, width) of every matrix over *samples*."""
    found: dict[Key, list[FloatArray]] = {}

    def keep(key: Key) -> Callable[[nn.Module, tuple[Tensor], Tensor], None]:
        def hook(_module: nn.Module, inputs: tuple[Tensor], _output: Tensor) -> None:
            found.setdefault(key, []).append(inputs[0][0].float().cpu().numpy())

        return hook

    keys = [(layer, kind) for layer in range(len(model.encoder.encoder.layer)) for kind in KINDS]
    hooks = [linears(model, key)[0].register_forward_hook(keep(key)) for key in keys]
    device = next(model.parameters()).device
    model.eval()
    with torch.inference_mode():
        for pieces in samples:
            one = torch.tensor([list(pieces)], device=device)
            model(one, torch.ones_like(one))
    for hook in hooks:
        hook.remove()
    return {key: np.concatenate(rows) for key, rows in found.items()}


def _quantised(layers: list[Any], rows: FloatArray, *, by_row: bool) -> Matrix:
    weights, bias = _weights(layers)
    exact = rows @ weights
    shares = _shares(exact)
    if by_row:
        factors, chosen = np.ones(len(weights), np.float32), _ROW_RANGE
        tops = np.maximum(rows.max(1, keepdims=True), np.float32(ROW_FLOOR))
        seen = chosen.through(rows / tops) * tops
    else:
        factors, chosen = _choose(rows, weights, exact, shares)
        seen = chosen.through(rows / factors)
    scaled = weights * factors[:, None]
    steps = (np.abs(scaled).max(0) / _WEIGHT_LEVELS).astype(np.float32)
    rounded = _rounded(scaled, steps, seen, shares)
    drift = shares @ (seen @ (rounded * steps) - exact)
    return Matrix(
        chosen,
        rounded,
        steps,
        (bias - drift).astype(np.float32),
        equal=None if by_row else (1.0 / factors).astype(np.float32),
        by_row=by_row,
    )


def _weights(layers: list[Any]) -> tuple[FloatArray, FloatArray]:
    weights = [one.weight.detach().float().cpu().numpy().T for one in layers]
    biases = [one.bias.detach().float().cpu().numpy() for one in layers]
    return np.concatenate(weights, axis=1), np.concatenate(biases)


def _shares(exact: FloatArray) -> FloatArray:
    """Return each row's part in the error: those of the special pieces are huge, and count less.

    A layer norm follows, which takes their size away again.
    """
    norms = (exact**2).sum(1)
    parts = 1.0 / (1.0 + norms / np.median(norms))
    shares: FloatArray = (parts / parts.sum()).astype(np.float32)
    return shares


_ROW_RANGE: Final = Range(
    np.float32((1.0 + _GELU_LEAST / ROW_FLOOR) / _LEVELS),
    round(_GELU_LEAST / ROW_FLOOR / (1.0 + _GELU_LEAST / ROW_FLOOR) * _LEVELS),
)


def _factors(rows: FloatArray, weights: FloatArray, strength: float) -> FloatArray:
    """Return what each input channel is divided by, with geometric mean 1."""
    loud, heavy = np.abs(rows).max(0), np.abs(weights).max(1)
    loud, heavy = (np.maximum(one, 1e-3 * one.max()) for one in (loud, heavy))
    raw = np.log(loud) * strength - np.log(heavy) * (1.0 - strength)
    factors: FloatArray = np.exp(raw - raw.mean()).astype(np.float32)
    return factors


def _choose(
    rows: FloatArray, weights: FloatArray, exact: FloatArray, shares: FloatArray
) -> tuple[FloatArray, Range]:
    """Return the factors and the range that err least on the loudest rows and some others."""
    loudest = np.argsort(-np.abs(rows).max(1))[:_LOUDEST_TRIED]
    drawn = np.random.default_rng(0).permutation(len(rows))[:_ROWS_TRIED]
    tried = np.unique(np.concatenate([loudest, drawn]))
    some, wanted, part = rows[tried], exact[tried], shares[tried]
    errors = []
    for strength in _STRENGTHS:
        factors = _factors(some, weights, strength)
        scaled = weights * factors[:, None]
        steps = np.abs(scaled).max(0) / _WEIGHT_LEVELS
        near = np.rint(scaled / steps) * steps
        even = some / factors
        for number, chosen in enumerate(_ranges(even)):
            off = chosen.through(even) @ near - wanted
            errors.append((float(part @ (off**2).sum(1)), strength, number, factors, chosen))
    best = min(errors, key=lambda one: one[:3])
    return best[3], best[4]


def _ranges(even: FloatArray) -> Iterator[Range]:
    """Yield the whole range of the values, then narrower ones."""
    low, high = min(float(even.min()), 0.0), max(float(even.max()), 0.0)
    common = float(np.quantile(np.abs(even[:, ::7]), _KEPT))
    for shrink in _SHRINKS:
        bound = max(common, shrink * max(high, -low))
        bottom, top = max(low, -bound), min(high, bound)
        scale = np.float32(max((top - bottom) / _LEVELS, 1e-8))
        yield Range(scale, int(np.clip(round(float(-bottom / scale)), 0, _LEVELS)))


def _rounded(
    weights: FloatArray, steps: FloatArray, rows: FloatArray, shares: FloatArray
) -> NDArray[np.int8]:
    """Round *weights* to multiples of *steps*, each row making up for those rounded before it."""
    second = (rows * shares[:, None]).T.astype(np.float64) @ rows
    second[np.diag_indices(len(weights))] += _DAMPING * np.diag(second).mean()
    order = np.argsort(-np.diag(second))
    upper = np.linalg.cholesky(np.linalg.inv(second[order][:, order])).T.astype(np.float32)
    left = weights[order].astype(np.float32)
    rounded = np.empty(weights.shape, np.int8)
    for begin in range(0, len(weights), _BLOCK):
        end = min(begin + _BLOCK, len(weights))
        missed = np.zeros((end - begin, weights.shape[1]), np.float32)
        for row in range(begin, end):
            whole = np.clip(np.rint(left[row] / steps), -_WEIGHT_LEVELS, _WEIGHT_LEVELS)
            rounded[order[row]] = whole
            missed[row - begin] = (left[row] - whole * steps) / upper[row, row]
            left[row + 1 : end] -= upper[row, row + 1 : end, None] * missed[row - begin]
        left[end:] -= upper[begin:end, end:].T @ missed
    return rounded


def _folded(matrices: dict[Key, Matrix]) -> dict[Key, Matrix]:
    """Return *matrices* with the factors of each attention output carried by the values before it.

    The context is a mean of the values, so their columns can be scaled instead, at no cost.
    """
    folded = dict(matrices)
    for (layer, kind), matrix in matrices.items():
        if kind != "ao" or matrix.equal is None:
            continue
        before = matrices[layer, "qkv"]
        steps, bias = before.steps.copy(), before.bias.copy()
        steps[-len(matrix.equal) :] *= matrix.equal
        bias[-len(matrix.equal) :] *= matrix.equal
        folded[layer, "qkv"] = replace(before, steps=steps, bias=bias)
        folded[layer, "ao"] = replace(matrix, equal=None)
    return folded
