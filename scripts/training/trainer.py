"""The training loop: token vectors that make paired texts alike, by contrast with the rest of the batch."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_matrix
from tqdm import tqdm

from scripts.training.batches import Batch, BatchMaker
from scripts.training.pieces import Ragged
from scripts.training.settings import TrainingSettings


@dataclass(slots=True)
class TrainingState:
    """Token vectors and Adam's first moment, shape (vocabulary, dimensions); its second, (vocabulary, 1); progress."""

    vectors: torch.Tensor
    mean: torch.Tensor
    square: torch.Tensor
    step: int = 0
    epoch: int = 0

    @classmethod
    def new(cls, vocabulary: int, settings: TrainingSettings) -> "TrainingState":
        generator = torch.Generator().manual_seed(settings.seed)
        vectors = torch.randn(vocabulary, settings.dimensions, generator=generator) * settings.initial_scale
        return cls(vectors, torch.zeros_like(vectors), torch.zeros(vocabulary, 1))

    @classmethod
    def load(cls, path: Path) -> "TrainingState":
        return cls(**torch.load(path, weights_only=True))

    def save(self, path: Path) -> None:
        """Written beside its place first, so that an interrupted run leaves the last whole one."""
        parts = {name: getattr(self, name) for name in ("vectors", "mean", "square", "step", "epoch")}
        torch.save(parts, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)


def train(
    state: TrainingState,
    batches: BatchMaker,
    settings: TrainingSettings,
    after_epoch: Callable[[TrainingState], None],
) -> None:
    """Run the epochs that `state` has not seen yet, in place."""
    steps = batches.steps()
    total = steps * settings.epochs
    while state.epoch < settings.epochs:
        progress = tqdm(batches.epoch(state.epoch), total=steps, desc=f"epoch {state.epoch + 1}", mininterval=5)
        running = 0.0
        for batch in progress:
            rate, temperature = rate_at(state.step, total, settings), temperature_at(state.step, total, settings)
            loss = step(state, batch, temperature, rate)
            running += 0.02 * (loss - running) if running else loss
            progress.set_postfix(loss=f"{running:.3f}", refresh=False)
        state.epoch += 1
        after_epoch(state)


def rate_at(step: int, total: int, settings: TrainingSettings) -> float:
    """Learning rate: up over the warm-up, then down in a straight line to zero."""
    done = step / total
    if done < settings.warm_up:
        return settings.learning_rate * done / settings.warm_up
    return settings.learning_rate * (1 - done) / (1 - settings.warm_up)


def temperature_at(step: int, total: int, settings: TrainingSettings) -> float:
    """Temperature: from the first to the final one in a straight line."""
    return settings.temperature + (settings.final_temperature - settings.temperature) * step / total


def step(state: TrainingState, batch: Batch, temperature: float, rate: float) -> float:
    """One batch: loss, gradient of the rows it touches, Adam on those rows.

    The gradient is worked out by hand, in sparse products: a third of autograd's time over embedding_bag.
    """
    texts = Ragged.concatenate([batch.left, batch.right])
    used, places = np.unique(texts.values, return_inverse=True)
    rows = torch.from_numpy(used.astype(np.int64))
    bags = csr_matrix((np.ones(len(places), np.float32), places, texts.offsets), (len(texts), len(used)))
    sums = torch.from_numpy(bags @ state.vectors[rows].numpy())
    lengths = sums.norm(dim=1, keepdim=True).clamp_min_(1e-6)
    left, right = torch.tensor_split(sums.div_(lengths), 2)
    loss, *gradients = contrast(left, right, same_text(batch), temperature)
    gradient = torch.cat(gradients)
    gradient.sub_(sums * (gradient * sums).sum(dim=1, keepdim=True)).div_(lengths)
    state.step += 1
    adam(state, rows, torch.from_numpy(bags.T @ gradient.numpy()), rate)
    return loss


def same_text(batch: Batch) -> torch.Tensor:
    """Where row i and row j, i ≠ j, share a text or a topic: no negatives, shape (n, n)."""
    same = np.zeros((len(batch.left), len(batch.left)), np.bool_)
    for side in (batch.left, batch.right):
        places: dict[bytes, int] = {}
        group = np.array([places.setdefault(side[i].tobytes(), i) for i in range(len(side))])
        same |= group[:, None] == group[None, :]
    if batch.topics is not None:
        same |= batch.topics[:, None] == batch.topics[None, :]
    np.fill_diagonal(same, False)
    return torch.from_numpy(same)


def contrast(
    left: torch.Tensor, right: torch.Tensor, same: torch.Tensor, temperature: float
) -> tuple[float, torch.Tensor, torch.Tensor]:
    """InfoNCE both ways: each text has to find its other half among all of the batch.

    Loss, and its gradients by `left` and by `right`. They are worked out here rather than by autograd because
    both directions share one matrix of exponentials: a third of the time. Unit rows keep the exponent at or
    below zero, and above -2 / temperature.
    """
    left, right = left.bfloat16(), right.bfloat16()
    shares = (left @ right.T).float().sub_(1).div_(temperature)
    truth = shares.diagonal().clone()
    shares.exp_().masked_fill_(same, 0)
    rows, columns = shares.sum(1), shares.sum(0)
    loss = (rows.log() + columns.log()).div(2).sub(truth).mean()
    shares.mul_(rows.reciprocal()[:, None] + columns.reciprocal()[None, :]).div_(2 * len(left))
    shares.diagonal().sub_(1 / len(left))
    shares.div_(temperature)
    shares = shares.bfloat16()
    return float(loss), (shares @ right).float(), (shares.T @ left).float()


def adam(state: TrainingState, rows: torch.Tensor, gradient: torch.Tensor, rate: float) -> None:
    """Adam's rule (0.9, 0.999) with one second moment a row; moments are kept and moved only for the rows in use.

    One for each number gives the same quality and takes a fifth of a step longer.
    """
    mean = state.mean[rows].mul_(0.9).add_(gradient, alpha=0.1)
    square = state.square[rows].mul_(0.999).add_(gradient.square().mean(dim=1, keepdim=True), alpha=0.001)
    state.mean[rows], state.square[rows] = mean, square
    scaled = rate * (1 - 0.999**state.step) ** 0.5 / (1 - 0.9**state.step)
    state.vectors.index_add_(0, rows, mean.div_(square.sqrt_().add_(1e-8)), alpha=-scaled)
