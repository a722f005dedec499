"""Measures the bundled language model: perplexity, variety, sentiment, samples, and ONNX against PyTorch.

Sampling is at temperature 1 among the 64 most likely tokens, 32 tokens a continuation, as TokenQ does.
Usage: python data/measure_lm.py --model data/models/stories --torch DIR --train F --heldout F --prompts F
"""

import argparse
import json
import math
import os
import re
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from transformers import AutoTokenizer, LlamaForCausalLM
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

TOP, LENGTH = 64, 32


def lines_of(path: str) -> list[str]:
    """The lines of a file that are not empty; of a JSON line, its prompt."""
    lines = [line for line in Path(path).read_text(encoding="utf-8").split("\n") if line]
    return [json.loads(line)["prompt"] for line in lines] if path.endswith(".jsonl") else lines


@torch.no_grad()
def perplexity(model, tokenizer, documents: list[str]) -> tuple[float, int]:
    """Per token over whole documents with their end-of-text token, from an end-of-text token."""
    total, count = 0.0, 0
    for start in range(0, len(documents), 32):
        ids = [tokenizer(text).input_ids[:254] for text in documents[start : start + 32]]
        width = max(len(row) for row in ids) + 2
        batch = torch.zeros(len(ids), width, dtype=torch.long)
        labels = torch.full((len(ids), width), -100)
        for row, item in enumerate(ids):
            whole = torch.tensor([0, *item, 0])
            batch[row, : len(whole)] = whole
            labels[row, 1 : len(whole)] = whole[1:]
        logits = model(input_ids=batch).logits[:, :-1]
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), labels[:, 1:].flatten(), ignore_index=-100, reduction="sum"
        )
        total += loss.item()
        count += int((labels != -100).sum())
    return math.exp(total / count), count


@torch.no_grad()
def sample(model, tokenizer, prompts: list[str], generator: torch.Generator) -> list[list[int]]:
    """One continuation per prompt, prompts of equal length batched together; each ends before end-of-text."""
    encoded = [tokenizer(text).input_ids for text in prompts]
    out: list[list[int]] = [[] for _ in prompts]
    by_length: dict[int, list[int]] = {}
    for index, ids in enumerate(encoded):
        by_length.setdefault(len(ids), []).append(index)
    for _, group in sorted(by_length.items()):
        ids = torch.tensor([encoded[index] for index in group])
        alive = torch.ones(len(group), dtype=torch.bool)
        past = None
        for _ in range(LENGTH):
            step = model(input_ids=ids, past_key_values=past, use_cache=True)
            past = step.past_key_values
            best = step.logits[:, -1].topk(TOP)
            choice = torch.multinomial(best.values.softmax(-1), 1, generator=generator)
            ids = best.indices.gather(1, choice)
            alive &= ids[:, 0] != 0
            for row, index in enumerate(group):
                if alive[row]:
                    out[index].append(int(ids[row, 0]))
    return out


def distinct(texts: list[str], n: int) -> float:
    """Unique n-grams over all n-grams, of lower-cased words, within each text."""
    grams: list[tuple[str, ...]] = []
    for text in texts:
        words = re.findall(r"[a-z0-9']+", text.lower())
        grams += zip(*(words[i:] for i in range(n)))
    return len(set(grams)) / len(grams)


@torch.no_grad()
def onnx_difference(model, path: str, ids: list[int]) -> tuple[float, float]:
    """Largest difference of logits: a whole prefix at once, and then step by step through the KV cache."""
    session = ort.InferenceSession(path)
    config = model.config
    expected = model(input_ids=torch.tensor([ids])).logits[0].numpy()

    def run(tokens: list[int], start: int, cache: dict[str, np.ndarray]):
        feed = {
            "input_ids": np.array([tokens], dtype=np.int64),
            "attention_mask": np.ones((1, start + len(tokens)), dtype=np.int64),
            "position_ids": np.arange(start, start + len(tokens), dtype=np.int64)[None],
            **cache,
        }
        names = [output.name for output in session.get_outputs()]
        values = dict(zip(names, session.run(names, feed)))
        logits = values.pop("logits")[0]
        return logits, {name.replace("present", "past_key_values"): value for name, value in values.items()}

    nothing = np.zeros((1, config.num_key_value_heads, 0, config.head_dim), np.float32)
    empty = {
        f"past_key_values.{layer}.{kind}": nothing
        for layer in range(config.num_hidden_layers)
        for kind in ("key", "value")
    }
    whole, _ = run(ids, 0, empty)
    cut = len(ids) // 2
    part, cache = run(ids[:cut], 0, empty)
    stepped = [part]
    for position in range(cut, len(ids)):
        part, cache = run([ids[position]], position, cache)
        stepped.append(part)
    return float(np.abs(whole - expected).max()), float(np.abs(np.concatenate(stepped) - expected).max())


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("model", "torch", "train", "heldout", "prompts"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.nice(5)
    torch.set_num_threads(1)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = LlamaForCausalLM.from_pretrained(args.torch).eval()
    onnx_path = str(Path(args.model) / "onnx" / "model.onnx")
    print(f"parameters: {sum(p.numel() for p in model.parameters())}")
    print(f"vocabulary: {len(tokenizer)}")
    print(f"model.onnx: {Path(onnx_path).stat().st_size} bytes")

    heldout = lines_of(args.heldout)
    seen = set(lines_of(args.train))
    fresh = [text for text in heldout if text not in seen]
    ppl, tokens = perplexity(model, tokenizer, fresh)
    known = len(heldout) - len(fresh)
    kept = f"{len(fresh)} documents, {tokens} tokens; {known} left out"
    print(f"held-out perplexity: {ppl:.3f} ({kept})")
    ids = [0, *tokenizer(fresh[0]).input_ids][:120]
    whole, stepped = onnx_difference(model, onnx_path, ids)
    both = f"{whole:.2e} at once, {stepped:.2e} with the KV cache"
    print(f"ONNX against PyTorch, largest difference of logits: {both}")

    prompts = lines_of(args.prompts)
    generator = torch.Generator().manual_seed(args.seed)
    judge = SentimentIntensityAnalyzer()
    drawn = sample(model, tokenizer, prompts * 8, generator)
    texts = [tokenizer.decode(row) for row in drawn]
    two = texts[:512]
    lengths = [len(row) for row in drawn[:512]]
    variety = ", ".join(f"{distinct(two, n):.3f}" for n in (1, 2, 3))
    print(f"distinct-1, -2, -3 of 512 continuations: {variety}")
    print(f"tokens a continuation: {np.mean(lengths):.1f}")
    scores = np.array([judge.polarity_scores(text)["compound"] for text in texts])
    print(f"VADER compound of these 512: mean {scores[:512].mean():.3f}, std {scores[:512].std():.3f}")
    shares, _ = np.histogram(scores, bins=8, range=(-1, 1))
    eighths = " ".join(f"{n / len(scores):.2f}" for n in shares)
    print(f"shares of the compound in eighths of [-1, 1]: {eighths}")
    for n in (2, 4, 8):
        best = scores.reshape(8, -1)[:n].max(0)
        high = (best > 0.95).mean()
        print(f"best of {n} over {len(prompts)} prompts: mean {best.mean():.3f}, above 0.95 in {high:.2f}")
    within = scores.reshape(8, -1)
    print(f"std of the compound within a prompt: {np.sqrt(within.var(0, ddof=1).mean()):.3f}")
    print("\n20 continuations (prompt | continuation):")
    for index in torch.randperm(512, generator=generator)[:20].tolist():
        print(f"- {prompts[index % len(prompts)]} |{texts[index]}  [{scores[index]:+.2f}]")


if __name__ == "__main__":
    main()
