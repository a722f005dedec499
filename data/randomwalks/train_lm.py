"""Trains a small language model on the random walks, exports it to ONNX and measures it.

A Llama as in data/train_lm.py, over single letters, on one CPU thread. Everything is seeded.
Usage: python data/randomwalks/train_lm.py --data data/randomwalks --work DIR --out data/models/randomwalks
"""

import argparse
import json
import math
import shutil
import sys
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from tokenizers import Tokenizer, decoders, models
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from make_walks import GOAL, MAX_LENGTH, NODES, draw_walk, letter, optimality

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # this file's name is that of the one wanted
from train_lm import CONTEXT, EOS, export, save_tokenizer  # noqa: E402

END, IGNORE = 0, -100


def make_tokenizer() -> Tokenizer:
    """Each letter is a token: id 0 is the end of the walk, node n has id n + 1. Anything else reads as the end."""
    vocabulary = {EOS: END} | {letter(node): node + 1 for node in range(NODES)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token=EOS))
    tokenizer.decoder = decoders.Fuse()
    return tokenizer


def make_model() -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=NODES + 1,
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=END,
        eos_token_id=END,
        pad_token_id=END,
        # A step depends on the last node alone; without this the model learns the 1,000 walks by heart.
        attention_dropout=0.8,
        attn_implementation="sdpa",
        torch_dtype="float32",
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(bos_token_id=END, eos_token_id=END, pad_token_id=END)
    return model


def rows_of(walks: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and targets `[walks, MAX_LENGTH]`: the end follows the goal, and nothing a walk that was cut off."""
    inputs = np.full((len(walks), MAX_LENGTH), END)
    targets = np.full((len(walks), MAX_LENGTH), IGNORE)
    for row, walk in enumerate(walks):
        ids = [node + 1 for node in walk]
        after = ids[1:] + ([END] if walk[-1] == GOAL else [])
        inputs[row, : len(ids)] = ids
        targets[row, : len(after)] = after
    return inputs, targets


def train(model: LlamaForCausalLM, walks: list[list[int]], args: argparse.Namespace) -> None:
    """Adam with warm-up and cosine decay."""
    rng = np.random.default_rng(args.seed)
    inputs, targets = (torch.from_numpy(rows) for rows in rows_of(walks))
    optimizer = torch.optim.Adam(model.parameters(), lr=args.lr, betas=(0.9, 0.98))
    model.train()
    for step in range(args.steps):
        warm = min(1.0, (step + 1) / 50)
        fall = 0.5 * (1 + math.cos(math.pi * step / args.steps))
        for group in optimizer.param_groups:
            group["lr"] = args.lr * warm * (0.02 + 0.98 * fall)
        batch = torch.from_numpy(rng.choice(len(walks), args.batch, replace=False))
        logits = model(input_ids=inputs[batch], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), targets[batch].flatten(), ignore_index=IGNORE
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 50 == 0 or step == args.steps - 1:
            print(f"step {step} loss {loss.item():.3f}", flush=True)


class Exported:
    """The exported graph, run over whole sequences."""

    def __init__(self, folder: Path) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = ort.InferenceSession(str(folder / "onnx" / "model.onnx"), options)

    def log_probabilities(self, ids: np.ndarray) -> np.ndarray:
        """`[rows, length]` -> `[rows, length, vocabulary]`."""
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "position_ids": np.broadcast_to(np.arange(ids.shape[1]), ids.shape).copy(),
        }
        for entry in self.session.get_inputs():
            if entry.name.startswith("past"):
                feeds[entry.name] = np.zeros((len(ids), entry.shape[1], 0, entry.shape[3]), np.float32)
        logits = self.session.run(["logits"], feeds)[0].astype(np.float64)
        shifted = logits - logits.max(-1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def sample(model: Exported, starts: np.ndarray, rng: np.random.Generator) -> list[list[int]]:
    """A walk from each start at temperature 1, without its end token."""
    ids = starts[:, None] + 1
    for _ in range(MAX_LENGTH - 1):
        cumulated = np.exp(model.log_probabilities(ids)[:, -1]).cumsum(-1)
        drawn = (rng.random((len(ids), 1)) * cumulated[:, -1:] >= cumulated).sum(-1)
        ids = np.concatenate([ids, drawn[:, None]], axis=1)
    ends = [(row == END).argmax() if END in row else len(row) for row in ids]
    return [(row[:end] - 1).tolist() for row, end in zip(ids, ends)]


def measure(folder: Path, graph: dict, seed: int) -> None:
    """Prints the loss on new walks beside the entropy of the graph, the mass on edges, and the samples' optimality."""
    model = Exported(folder)
    nodes = [graph["nodes"][letter(node)] for node in range(NODES)]
    edges = np.array([[letter(to) in node["to"] for to in range(NODES)] for node in nodes])
    shortest = [node["shortest"] for node in nodes]
    state = np.random.RandomState(seed)
    inputs, targets = rows_of([draw_walk(state, edges) for _ in range(1000)])
    known = targets != IGNORE
    logs = model.log_probabilities(inputs)
    loss = -np.take_along_axis(logs, np.where(known, targets, 0)[..., None], -1)[..., 0][known].mean()
    # The end after the goal and a node with one edge cost nothing.
    entropy = np.log(edges.sum(1))[inputs[known] - 1].mean()
    print(f"new walks: loss {loss:.4f} nats a token, entropy {entropy:.4f}, {known.sum()} tokens")
    first = np.exp(model.log_probabilities(np.arange(2, NODES + 1)[:, None])[:, 0, 1:])
    print(f"least probability on edges after a start {(first * edges[1:]).sum(1).min():.4f}")
    rng = np.random.default_rng(seed)
    walks = sample(model, rng.integers(1, NODES, 4000), rng)
    steps = [(a, b) for walk in walks for a, b in zip(walk, walk[1:])]
    rewards = [
        optimality(walk, shortest) if all(edges[a, b] for a, b in zip(walk, walk[1:])) else 0.0 for walk in walks
    ]
    valid = np.mean([edges[a, b] for a, b in steps])
    print(f"{len(walks)} samples: mean optimality {np.mean(rewards):.4f}, {valid:.4f} of the steps are edges")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="folder of walks.jsonl and graph.json")
    parser.add_argument("--work", required=True, help="folder for the PyTorch model and the raw export")
    parser.add_argument("--out", required=True)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--lr", type=float, default=5e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    data, work, out = Path(args.data), Path(args.work), Path(args.out)
    lines = (data / "walks.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [row["prompt"] + row["completion"] for row in map(json.loads, lines)]
    walks = [[ord(node) - ord("a") for node in text] for text in texts]
    model = make_model()
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    train(model, walks, args)
    model_dir = work / "model"
    shutil.rmtree(model_dir, ignore_errors=True)
    model.save_pretrained(model_dir)
    save_tokenizer(make_tokenizer(), model_dir)
    export(model_dir, out)
    measure(out, json.loads((data / "graph.json").read_text(encoding="utf-8")), seed=args.seed + 1)


if __name__ == "__main__":
    main()
