"""Trains the reader of `rag.embedding.cross_encoder` and writes what it learnt.

    python -m bench.training.train_reader [--steps N] [--go-on] [--public DIR] [--check]

The embedded model learns from `reader/*.jsonl` beside this file: passages of invented notes, each
with questions that it answers, in which words, and questions that it does not, which sound like
what a colleague would ask next. None is about a corpus that Shiori is measured on. `--public` adds
paragraphs with answer spans from a folder that holds `jaquad/train.jsonl` (JaQuAD, CC BY-SA 3.0)
and `xquad-en/train.jsonl` (XQuAD, CC BY-SA 4.0), which are not part of this project. `--go-on`
starts from the shipped weights and not from the embedded model. `--check` leaves out a tenth of
the passages and reports on them. A checkpoint is written every hundred steps beside the weights.
Two cores make about a step a second where they multiply bfloat16 matrices in hardware (AMX).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from bench.torch_e5 import QuantisedE5
from bench.training.fit_answerability import auc
from bench.training.reader_examples import (
    Example,
    Record,
    batches,
    examples,
    public_records,
    records,
)
from bench.training.reader_storing import NUMBERS, changes
from rag.embedding.cross_encoder import LEARNT, TOKEN_HEAD, read_learnt
from rag.embedding.parameters import changed, parameters
from rag.embedding.weights import find_weights, read_weights

FOLDER = Path(__file__).with_name("reader")
PUBLIC = {"jaquad/train.jsonl": 1200, "xquad-en/train.jsonl": 240}
_STEPS, _WARM = 3600, 0.06
_BODY_RATE, _HEAD_RATE = 2e-4, 2e-3
_GENTLE = 0.5  # of the rates, where it goes on from what was learnt
_TOKENS_SHARE = 1.0  # of the loss: which tokens answer
_RARE = 3.0  # weight of tokens that answer, which are few

Files = Sequence[Sequence[Record]]


class Learner(nn.Module):
    """The embedded model with a head for whether there is an answer and one for its tokens."""

    def __init__(self, go_on: bool = False) -> None:
        super().__init__()
        path = find_weights()
        if path is None:
            raise SystemExit("The embedded model is not installed on this platform.")
        weights = read_weights(path)
        self.encoder = QuantisedE5(weights)
        self.encoder.bert.set_attn_implementation("eager")  # the other's backward pass is slow here
        for name, value in self.encoder.bert.named_parameters():
            value.requires_grad_(not name.startswith("embeddings"))
        for module in self.encoder.bert.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        self.answered, self.token = nn.Linear(384, 1), nn.Linear(384, 1)
        for head in (self.answered, self.token):
            nn.init.normal_(head.weight, std=0.02)
        if go_on:
            self._go_on(changed(parameters(weights), read_learnt()))

    @torch.no_grad()
    def _go_on(self, before: dict[str, NDArray[np.float32]]) -> None:
        for name, value in self.encoder.bert.named_parameters():
            if name in before and value.requires_grad:
                value.copy_(torch.from_numpy(before[name]).reshape(value.shape))
        learnt, tokens = read_learnt(), read_learnt(TOKEN_HEAD)
        for head, weight, bias in (
            (self.answered, learnt["head"], learnt["bias"]),
            (self.token, tokens["weights"], tokens["bias"]),
        ):
            head.weight.copy_(torch.from_numpy(np.asarray(weight, dtype=np.float32))[None])
            head.bias.fill_(float(np.asarray(bias).item()))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Log-odds of an answer, (rows,), and of each token to belong to it, (rows, n)."""
        features = {"input_ids": ids, "attention_mask": mask}
        states = self.encoder(features)["token_embeddings"].float()
        weight = mask[..., None].float()
        pooled = (states * weight).sum(1) / weight.sum(1)
        return self.answered(pooled)[:, 0], self.token(states)[..., 0]


def _tensors(rows: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
    ids = torch.full((len(rows), max(len(row.ids) for row in rows)), 1)
    for line, row in zip(ids, rows, strict=True):
        line[: len(row.ids)] = torch.tensor(row.ids)
    return ids, (ids != 1).long()


def train(
    learner: Learner, files: Files, steps: int, gentle: bool = False, checkpoint: bool = False
) -> None:
    """AdamW with a linear decay, in bfloat16."""
    chance = random.Random(1)
    heads = [*learner.answered.parameters(), *learner.token.parameters()]
    body = [value for value in learner.encoder.parameters() if value.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": 0.0}, {"params": heads, "lr": 0.0}], weight_decay=0.01
    )
    scale = _GENTLE if gentle else 1.0
    started, recent = time.monotonic(), list[float]()
    for step, batch in enumerate(_endless(learner, files, chance)):
        if step == steps:
            return
        share = scale * min(step / (_WARM * steps), 1.0) * (steps - step) / steps
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
            if checkpoint:
                torch.save(learner.state_dict(), LEARNT.with_suffix(".checkpoint"))


def _endless(learner: Learner, files: Files, chance: random.Random) -> Iterator[list[Example]]:
    while True:
        yield from batches(list(examples(learner.encoder, files, chance, 1)), chance)


def _loss(learner: Learner, batch: Sequence[Example]) -> torch.Tensor:
    ids, mask = _tensors(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        odds, tokens = learner(ids, mask)
    answered = torch.tensor([float(row.answered) for row in batch])
    loss = functional.binary_cross_entropy_with_logits(odds.float(), answered)
    marks, own = torch.zeros(ids.shape), torch.zeros(ids.shape)
    for line, row in enumerate(batch):
        own[line, row.own : len(row.ids) - 1] = 1.0
        marks[line, : len(row.ids)] = torch.tensor(row.marks, dtype=torch.float32)
    each = functional.binary_cross_entropy_with_logits(
        tokens.float(), marks, reduction="none", pos_weight=torch.tensor(_RARE)
    )
    return loss + _TOKENS_SHARE * (each * own).sum() / own.sum()


def learnt(learner: Learner, numbers: int = NUMBERS) -> dict[str, NDArray[np.generic]]:
    """What was learnt, as `rag.embedding.cross_encoder.load` takes it."""
    before = dict(Learner().encoder.bert.named_parameters())
    after = learner.encoder.bert.named_parameters()
    head = {
        "head": learner.answered.weight.detach().numpy()[0].astype(np.float32),
        "bias": learner.answered.bias.detach().numpy().astype(np.float32),
    }
    trained = {name: value for name, value in after if value.requires_grad}
    return head | changes(before, trained, numbers)


def token_head(learner: Learner) -> dict[str, NDArray[np.generic]]:
    """The head for tokens, likewise."""
    return {
        "weights": learner.token.weight.detach().numpy()[0].astype(np.float32),
        "bias": learner.token.bias.detach().numpy().astype(np.float32),
    }


@torch.inference_mode()
def check(learner: Learner, files: Files) -> None:
    """Print how well answered questions are told from others about the same passage."""
    rows = list(examples(learner.encoder, files, random.Random(2), 0))
    odds, best = [], []
    for row in rows:
        whole, tokens = learner(*_tensors([row]))
        odds.append(float(whole[0]))
        if row.answered and any(row.marks):
            said = tokens[0, row.own : len(row.ids) - 1]
            best.append(row.marks[row.own + int(said.argmax())])
    scores = auc(np.array(odds), np.array([row.answered for row in rows]))
    print(
        f"AUC {scores:.3f} of {len(rows)} left out; the best token answers in {np.mean(best):.3f}"
    )


def main() -> int:
    """Train, and write or check."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.training.train_reader", description=__doc__
    )
    parser.add_argument("--steps", type=int, default=_STEPS)
    parser.add_argument("--go-on", action="store_true")
    parser.add_argument("--public", type=Path)
    parser.add_argument("--check", action="store_true")
    given = parser.parse_args()
    torch.manual_seed(0)
    files = records(sorted(FOLDER.glob("*.jsonl")))
    more: list[list[Record]] = []
    if given.public:
        chance = random.Random(0)
        for name, most in PUBLIC.items():
            more += public_records(given.public / name, most, chance)
    learner = Learner(given.go_on)
    if given.check:
        train(learner, [*(one[len(one) // 10 :] for one in files), *more], given.steps, given.go_on)
        check(learner, [one[: len(one) // 10] for one in files])
        return 0
    train(learner, [*files, *more], given.steps, given.go_on, checkpoint=True)
    np.savez_compressed(LEARNT, **learnt(learner))  # type: ignore[arg-type]
    np.savez(TOKEN_HEAD, **token_head(learner))  # type: ignore[arg-type]
    print(f"written: {LEARNT}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
