"""Stores what a reader learnt in few bytes: the best product of small matrices for each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

NUMBERS = 5_300_000  # bytes of the written file, about


def changes(
    before: Mapping[str, torch.Tensor], after: Mapping[str, torch.Tensor], numbers: int = NUMBERS
) -> dict[str, NDArray[np.generic]]:
    """What training changed, as `rag.embedding.parameters.changed` takes it.

    Args:
        before: the model's matrices and vectors by name.
        after: those that were trained.
        numbers: about how many small numbers to spend on the matrices.
    """
    stored: dict[str, NDArray[np.generic]] = {}
    products: dict[str, Product] = {}
    for name, value in after.items():
        change = (value - before[name]).detach().numpy()
        if change.ndim == 1:
            stored[name] = change.astype(np.float16)
        else:
            products[name] = Product.of(change)
    for name, rank in ranks(products, numbers).items():
        stored |= small(name, products[name], rank)
    return stored


class Product(NamedTuple):
    """A matrix as a product: its singular values, and the roots of these on both sides."""

    left: NDArray[np.float32]
    right: NDArray[np.float32]
    size: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: NDArray[np.float32]) -> Product:
        """Take a matrix apart."""
        left, size, right = np.linalg.svd(matrix, full_matrices=False)
        root = np.sqrt(size)
        return cls(left * root, root[:, None] * right, size)


def ranks(products: Mapping[str, Product], numbers: int) -> Counter[str]:
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


def small(name: str, product: Product, rank: int) -> dict[str, NDArray[np.generic]]:
    """The first so many parts of a product as bytes with their scales."""
    left, right = product.left[:, :rank], product.right[:rank]
    scales = np.abs(left).max(0) / 127, np.abs(right).max(1) / 127
    return {
        f"{name}:left": np.round(left / scales[0]).astype(np.int8),
        f"{name}:right": np.round(right / scales[1][:, None]).astype(np.int8),
        f"{name}:scale": (scales[0] * scales[1]).astype(np.float32),
    }
