"""Trains the bundled sequence-to-sequence model from scratch on the generated pairs and exports it to ONNX.

A small T5 (tied embeddings) and a BPE tokenizer, on one CPU thread. Everything is seeded.
Usage: python data/seq2seq/train.py --corpus corpus.jsonl --work DIR --out data/models/tavar [--steps N]
"""

import argparse
import json
import math
import os
import random
import shutil
import string
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import GenerationConfig, PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

PAD, EOS, UNKNOWN = "<pad>", "</s>", "<unk>"  # ids 0, 1 and 2, as T5 has them
PAD_ID, EOS_ID = 0, 1
CONTEXT, IGNORE = 256, -100


def read_pairs(path: str) -> list[tuple[str, str]]:
    """Source and target of each line."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").split("\n") if line]
    return [(row["source"], row["target"]) for row in rows]


def train_tokenizer(texts: list[str], vocabulary: int) -> Tokenizer:
    """BPE over words with their space before them; any printable ASCII can be written. `</s>` ends each text."""
    tokenizer = Tokenizer(models.BPE(unk_token=UNKNOWN))
    # A mark of punctuation is a token by itself, and so is the ending of a name.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Metaspace(), pre_tokenizers.Punctuation()])
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[PAD, EOS, UNKNOWN],
        initial_alphabet=["▁", *string.digits, *string.ascii_letters, *string.punctuation],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single=f"$A {EOS}", special_tokens=[(EOS, EOS_ID)])
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json."""
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=EOS,
        pad_token=PAD,
        unk_token=UNKNOWN,
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
    ).save_pretrained(folder)


def make_model(vocabulary: int) -> T5ForConditionalGeneration:
    """T5 as it was first made (ReLU, tied embeddings): 3 layers on each side, width 128."""
    config = T5Config(
        vocab_size=vocabulary,
        n_positions=CONTEXT,
        d_model=128,
        d_kv=32,
        num_heads=4,
        d_ff=256,
        num_layers=3,
        num_decoder_layers=3,
        dropout_rate=0.0,
        relative_attention_num_buckets=32,
        relative_attention_max_distance=64,
        decoder_start_token_id=PAD_ID,
        pad_token_id=PAD_ID,
        eos_token_id=EOS_ID,
        torch_dtype="float32",
    )
    model = T5ForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        decoder_start_token_id=PAD_ID, pad_token_id=PAD_ID, eos_token_id=EOS_ID
    )
    return model


def padded(rows: list[list[int]], value: int) -> torch.Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def batches(pairs: list[tuple[list[int], list[int]]], tokens: int, rng: random.Random) -> list[list[int]]:
    """Indices of one epoch in batches of pairs of like length, of about `tokens` tokens each, in random order."""
    order = sorted(range(len(pairs)), key=lambda i: (len(pairs[i][0]) + len(pairs[i][1]), rng.random()))
    out: list[list[int]] = []
    batch: list[int] = []
    for index in order:
        batch.append(index)
        if len(batch) * (len(pairs[index][0]) + len(pairs[index][1])) >= tokens:
            out.append(batch)
            batch = []
    rng.shuffle(out)
    return out


def train(model: T5ForConditionalGeneration, pairs: list[tuple[list[int], list[int]]], args) -> None:
    """AdamW with warm-up and cosine decay; bfloat16 autocast, float32 weights."""
    rng = random.Random(args.seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=args.lr, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    queue: list[list[int]] = []
    started = time.time()
    running = 0.0
    for step in range(args.steps):
        if not queue:
            queue = batches(pairs, args.batch_tokens, rng)
            print(f"{len(queue)} batches an epoch", flush=True)
        batch = [pairs[index] for index in queue.pop()]
        warm = min(1.0, (step + 1) / 100)
        fall = 0.5 * (1 + math.cos(math.pi * step / args.steps))
        for group in optimizer.param_groups:
            group["lr"] = args.lr * warm * (0.02 + 0.98 * fall)
        source = padded([item[0] for item in batch], PAD_ID)
        labels = padded([item[1] for item in batch], IGNORE)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=source, attention_mask=(source != PAD_ID).long(), labels=labels).logits
        loss = torch.nn.functional.cross_entropy(
            logits.float().flatten(0, 1), labels.flatten(), ignore_index=IGNORE
        )
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if step % 50 == 0 or step == args.steps - 1:
            print(f"step {step} loss {running:.3f} {time.time() - started:.0f} s", flush=True)


def export(model_dir: Path, out: Path) -> None:
    """Exports the encoder and the merged decoder, and lays the files out as transformers.js reads them."""
    from optimum.exporters.onnx import main_export

    raw = model_dir.parent / "onnx"
    shutil.rmtree(raw, ignore_errors=True)
    main_export(str(model_dir), output=str(raw), task="text2text-generation-with-past", do_validation=False)
    shutil.rmtree(out, ignore_errors=True)
    (out / "onnx").mkdir(parents=True)
    for name in ("encoder_model", "decoder_model_merged"):
        shutil.copy(raw / f"{name}.onnx", out / "onnx" / f"{name}.onnx")
    for name in ("config", "generation_config", "tokenizer", "tokenizer_config", "special_tokens_map"):
        shutil.copy(model_dir / f"{name}.json", out / f"{name}.json")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--work", required=True, help="folder for the PyTorch model and the raw export")
    parser.add_argument("--out", required=True)
    parser.add_argument("--vocabulary", type=int, default=1200)
    parser.add_argument("--steps", type=int, default=3500)
    parser.add_argument("--batch-tokens", type=int, default=4000)
    parser.add_argument("--lr", type=float, default=3e-3)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.nice(10)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    started = time.time()
    texts = read_pairs(args.corpus)
    tokenizer = train_tokenizer([text for pair in texts for text in pair], args.vocabulary)
    encoded = [[item.ids for item in tokenizer.encode_batch(side)] for side in map(list, zip(*texts))]
    pairs = list(zip(*encoded))
    lengths = np.array([[len(side) for side in pair] for pair in pairs])
    print(f"{len(pairs)} pairs, {lengths.sum()} tokens, longest {lengths.max(0).tolist()}", flush=True)
    model = make_model(tokenizer.get_vocab_size())
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    train(model, pairs, args)
    model_dir = Path(args.work) / "model"
    shutil.rmtree(model_dir, ignore_errors=True)
    model.save_pretrained(model_dir)
    save_tokenizer(tokenizer, model_dir)
    export(model_dir, Path(args.out))
    print(f"done in {(time.time() - started) / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
