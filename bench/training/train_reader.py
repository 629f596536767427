"""Trains the reader of `rag.embedding.cross_encoder` and writes what it learnt.

    python -m bench.training.train_reader [--steps N] [--check]

The embedded model learns from `bench/reader/*.jsonl`: passages of invented notes, each with
questions that it answers, in which words, and questions that it does not, which sound like what a
colleague would ask next. None is about a corpus that Shiori is measured on. `--check` leaves out a
tenth of the passages and reports on them. Two cores take an hour where they multiply bfloat16
matrices in hardware (AMX), and many hours where they don't.

2026-11-28: AUC .889 between answered and other questions about the same passage, on 400 left out;
.884 as it is stored.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from bench.torch_e5 import QuantisedE5
from bench.training.fit_answerability import auc
from bench.training.reader_examples import Example, batches, examples, records
from bench.training.reader_storing import NUMBERS, changes
from rag.embedding.cross_encoder import LEARNT
from rag.embedding.weights import find_weights, read_weights

FOLDER = Path(__file__).with_name("reader")
_STEPS, _WARM = 3600, 0.1
_BODY_RATE, _HEAD_RATE = 2e-4, 2e-3
_SPAN_SHARE = 0.5  # of the loss: where the answer stands, which is not used later but teaches much


class Learner(nn.Module):
    """The embedded model with a head for whether there is an answer and one for where."""

    def __init__(self) -> None:
        super().__init__()
        path = find_weights()
        if path is None:
            raise SystemExit("The embedded model is not installed on this platform.")
        self.encoder = QuantisedE5(read_weights(path))
        self.encoder.bert.set_attn_implementation("eager")  # the other's backward pass is slow here
        for name, value in self.encoder.bert.named_parameters():
            value.requires_grad_(not name.startswith("embeddings"))
        for module in self.encoder.bert.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        self.answered, self.place = nn.Linear(384, 1), nn.Linear(384, 2)
        for head in (self.answered, self.place):
            nn.init.normal_(head.weight, std=0.02)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds of an answer, (rows,), and logits of its first and last token, (rows, n, 2)."""
        features = {"input_ids": ids, "attention_mask": mask}
        states = self.encoder(features)["token_embeddings"].float()
        weight = mask[..., None].float()
        pooled = (states * weight).sum(1) / weight.sum(1)
        return self.answered(pooled)[:, 0], self.place(states)


def _tensors(rows: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.full((len(rows), max(len(row.ids) for row in rows)), 1)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row.ids)] = torch.tensor(row.ids)
    return ids, (ids != 1).long()


def train(learner: Learner, files: Sequence[Sequence[dict[str, Any]]], steps: int) -> None:
    """AdamW with a linear decay, in bfloat16."""
    chance = random.Random(1)
    heads = [*learner.answered.parameters(), *learner.place.parameters()]
    body = [value for value in learner.encoder.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": 0.0}, {"params": heads, "lr": 0.0}], weight_decay=0.01
    )
    started, recent = time.monotonic(), list[float]()
    for step, batch in enumerate(_endless(learner, files, chance)):
        if step == steps:
            return
        share = min(step / (_WARM * steps), 1.0) * (steps - step) / steps
        for group, rate in zip(optimiser.param_groups, (_BODY_RATE, _HEAD_RATE), strict=True):
            group["lr"] = rate * share
        loss = _loss(learner, batch)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_([*body, *heads], 1.0)
        optimiser.step()
        recent = [*recent[-99:], float(loss.detach())]
        if step % 100 == 99:
            seconds = time.monotonic() - started
            print(f"step {step + 1}: loss {np.mean(recent):.3f}, {seconds:.0f} s", flush=True)


def _endless(
    learner: Learner, files: Sequence[Sequence[dict[str, Any]]], chance: random.Random
) -> Iterator[list[Example]]:
    while True:
        yield from batches(examples(learner.encoder, files, chance, 1), chance)


def _loss(learner: Learner, batch: Sequence[Example]) -> torch.Tensor:
    ids, mask = _tensors(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        odds, place = learner(ids, mask)
    answered = torch.tensor([float(row.answered) for row in batch])
    loss = functional.binary_cross_entropy_with_logits(odds.float(), answered)
    place = place.float().masked_fill(mask[..., None] == 0, -1e4)
    told = torch.tensor([not row.answered or row.first > 0 for row in batch])
    for end, tokens in enumerate(([r.first for r in batch], [r.last for r in batch])):
        target = torch.tensor(tokens)[told]
        loss = loss + _SPAN_SHARE * functional.cross_entropy(place[told][..., end], target)
    return loss


def learnt(learner: Learner, numbers: int = NUMBERS) -> dict[str, NDArray[np.generic]]:
    """What was learnt, as `rag.embedding.parameters.changed` takes it."""
    before = dict(Learner().encoder.bert.named_parameters())
    after = learner.encoder.bert.named_parameters()
    head = {
        "head": learner.answered.weight.detach().numpy()[0].astype(np.float32),
        "bias": learner.answered.bias.detach().numpy().astype(np.float32),
    }
    trained = {name: value for name, value in after if value.requires_grad}
    return head | changes(before, trained, numbers)


@torch.inference_mode()
def check(learner: Learner, files: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Print how well answered questions are told from the others about the same passage."""
    rows = examples(learner.encoder, files, random.Random(2), 0)
    odds = np.array([float(learner(*_tensors([row]))[0]) for row in rows])
    print(f"AUC {auc(odds, np.array([row.answered for row in rows])):.3f} of {len(rows)} left out")


def main() -> int:
    """Train, and write or check."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.training.train_reader", description=__doc__
    )
    parser.add_argument("--steps", type=int, default=_STEPS)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    torch.manual_seed(0)
    files = records(sorted(FOLDER.glob("*.jsonl")))
    learner = Learner()
    if given.check:
        train(learner, [one[len(one) // 10 :] for one in files], given.steps)
        check(learner, [one[: len(one) // 10] for one in files])
        return 0
    train(learner, files, given.steps)
    np.savez_compressed(LEARNT, **learnt(learner))  # type: ignore[arg-type]
    print(f"written: {LEARNT}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
