"""A decoder of Hugging Face, with random weights, as a teacher that students send their tokens."""

from __future__ import annotations

import sys

import torch
from transformers import GPT2Config, GPT2LMHeadModel

import cohort


def small(vocabulary: int, positions: int) -> GPT2LMHeadModel:
    """A GPT-2 whose activations are those of `gpt`, with weights far from their beginning."""
    torch.manual_seed(5)
    model = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=vocabulary,
            n_positions=positions,
            n_embd=16,
            n_layer=2,
            n_head=2,
            activation_function="gelu",
            resid_pdrop=0,
            embd_pdrop=0,
            attn_pdrop=0,
        )
    )
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.2 * torch.randn_like(parameter)
    return model.eval()


def answer(model: GPT2LMHeadModel, tokens: torch.Tensor) -> torch.Tensor:
    """Logits N×T×vocabulary of tokens N×1×1×T."""
    return model(tokens.flatten(1).long()).logits


if __name__ == "__main__":
    torch.set_num_threads(1)
    model = small(256, int(sys.argv[1]))
    cohort.serve(lambda tokens: answer(model, tokens), device="cpu")
