"""Trains the reader of `rag.embedding.reader` and writes what it learnt.

    python -m bench.train_reader [--steps N] [--check]

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
import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from bench.fit_answerability import auc
from rag.embedding.bert import QuantisedE5
from rag.embedding.reader import LEARNT, pair
from rag.embedding.weights import find_weights, read_weights

FOLDER = Path(__file__).with_name("reader")
_STEPS, _WARM, _BATCH = 3600, 0.1, 16
_BODY_RATE, _HEAD_RATE = 2e-4, 2e-3
_SPAN_SHARE = 0.5  # of the loss: where the answer stands, which is not used later but teaches much
_NO_PATH = 0.15  # the share of passages that are shown without their headings
NUMBERS = 5_300_000  # bytes of the written file, about


@dataclass(frozen=True, slots=True)
class Example:
    """Question and passage as token ids; the first and last token of the answer, 0 if none."""

    ids: list[int]
    first: int
    last: int
    answered: bool


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


def records(files: Sequence[Path]) -> list[list[dict[str, Any]]]:
    """The passages of each file."""
    return [
        [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        for file in files
    ]


def examples(
    learner: Learner, files: Sequence[Sequence[dict[str, Any]]], chance: random.Random, others: int
) -> list[Example]:
    """Each question with its passage, and answered ones with so many other passages of the file."""
    made: list[Example] = []
    for passages in files:
        for record in passages:
            for asked in record["questions"]:
                path = record["path"] if chance.random() > _NO_PATH else []
                made.append(_example(learner, asked["q"], path, record["passage"], asked["a"]))
                rest = [other for other in passages if other is not record]
                count = min(others, len(rest)) if asked["a"] is not None else 0
                for other in chance.sample(rest, count):
                    made.append(
                        _example(learner, asked["q"], other["path"], other["passage"], None)
                    )
    return made


def _example(
    learner: Learner, question: str, path: Sequence[str], text: str, answer: str | None = None
) -> Example:
    asked = learner.encoder.token_ids(f"query: {question}")
    start = f"passage: {' > '.join(path)}\n" if path else "passage: "
    given, places = learner.encoder.token_places(start + text)
    ids = pair(asked, given)
    if answer is None:
        return Example(ids, 0, 0, False)
    fold = learner.encoder.fold
    begin = fold(start + text).index(fold(answer), len(fold(start)))
    end, before = begin + len(fold(answer)), ids.index(2) + 2
    inside = [
        before + number
        for number, (left, right) in enumerate(places)
        if left < end and right > begin and before + number < len(ids) - 1
    ]
    return Example(ids, inside[0] if inside else 0, inside[-1] if inside else 0, True)


def batches(rows: Sequence[Example], chance: random.Random) -> list[list[Example]]:
    """Batches of like length in random order."""
    order = chance.sample(range(len(rows)), len(rows))
    found: list[list[Example]] = []
    for start in range(0, len(order), 20 * _BATCH):
        near = sorted(order[start : start + 20 * _BATCH], key=lambda row: len(rows[row].ids))
        found += [
            [rows[row] for row in near[at : at + _BATCH]] for at in range(0, len(near), _BATCH)
        ]
    chance.shuffle(found)
    return found


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
        yield from batches(examples(learner, files, chance, 1), chance)


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
    """What was learnt, as `rag.embedding.reader.apply` takes it, in about so many small numbers."""
    before = dict(Learner().encoder.bert.named_parameters())
    stored: dict[str, NDArray[np.generic]] = {
        "head": learner.answered.weight.detach().numpy()[0].astype(np.float32),
        "bias": learner.answered.bias.detach().numpy().astype(np.float32),
    }
    products: dict[str, _Product] = {}
    for name, value in learner.encoder.bert.named_parameters():
        if not value.requires_grad:
            continue
        change = (value - before[name]).detach().numpy()
        if change.ndim == 1:
            stored[name] = change.astype(np.float16)
        else:
            left, size, right = np.linalg.svd(change, full_matrices=False)
            root = np.sqrt(size)
            products[name] = _Product(left * root, root[:, None] * right, size)
    for name, rank in _ranks(products, numbers).items():
        if rank:
            stored |= _small(name, products[name], rank)
    return stored


class _Product(NamedTuple):
    left: NDArray[np.float32]
    right: NDArray[np.float32]
    size: NDArray[np.float32]


def _ranks(products: Mapping[str, _Product], numbers: int) -> Counter[str]:
    """The rank of each matrix, so that the numbers go where they bring most of the change."""
    cost = {name: len(one.left) + one.right.shape[1] for name, one in products.items()}
    steps = sorted(
        ((value**2 / cost[name], name) for name, one in products.items() for value in one.size),
        reverse=True,
    )
    ranks: Counter[str] = Counter()
    spent = 0
    for _, name in steps:
        spent += cost[name]
        if spent > numbers:
            break
        ranks[name] += 1
    return ranks


def _small(name: str, product: _Product, rank: int) -> dict[str, NDArray[np.generic]]:
    left, right = product.left[:, :rank], product.right[:rank]
    scales = np.abs(left).max(0) / 127, np.abs(right).max(1) / 127
    return {
        f"{name}:left": np.round(left / scales[0]).astype(np.int8),
        f"{name}:right": np.round(right / scales[1][:, None]).astype(np.int8),
        f"{name}:scale": (scales[0] * scales[1]).astype(np.float32),
    }


@torch.inference_mode()
def check(learner: Learner, files: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Print how well answered questions are told from the others about the same passage."""
    rows = examples(learner, files, random.Random(2), 0)
    odds = np.array([float(learner(*_tensors([row]))[0]) for row in rows])
    print(f"AUC {auc(odds, np.array([row.answered for row in rows])):.3f} of {len(rows)} left out")


def main() -> int:
    """Train, and write or check."""
    parser = argparse.ArgumentParser(prog="python -m bench.train_reader", description=__doc__)
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
