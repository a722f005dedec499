"""Trains a bundled language model from scratch on a generated corpus and exports it to ONNX.

A small Llama (tied embeddings) and a byte-level BPE tokenizer, its own or that of another model, on one CPU thread.
Everything is seeded.
Usage: python data/train_lm.py --corpus train.txt --work DIR --out data/models/stories [--tokenizer MODEL] [--width N] [--steps N]
"""

import argparse
import json
import math
import os
import random
import shutil
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

EOS = "<|endoftext|>"
CONTEXT = 256


def read_documents(path: str) -> list[str]:
    """One document a line."""
    return [line for line in Path(path).read_text(encoding="utf-8").split("\n") if line]


def train_tokenizer(documents: list[str], vocabulary: int) -> Tokenizer:
    """Byte-level BPE; id 0 is the end-of-text token, and no token is added to a text by itself."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[EOS],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(documents, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json."""
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=EOS,
        eos_token=EOS,
        pad_token=EOS,
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )
    fast.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    config.update({"add_bos_token": False, "add_eos_token": False})
    config["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def encode(tokenizer: Tokenizer, documents: list[str]) -> list[np.ndarray]:
    """Token ids of each document, without the end-of-text token."""
    ids: list[np.ndarray] = []
    for start in range(0, len(documents), 5000):
        batch = tokenizer.encode_batch(documents[start : start + 5000])
        ids.extend(np.array(item.ids, dtype=np.int16) for item in batch)
    return ids


def pack(documents: list[np.ndarray], rng: random.Random) -> np.ndarray:
    """Rows of CONTEXT + 1 tokens for one epoch.

    Every row starts with a document: half of the rows with the end-of-text token before it, half without,
    so that the model starts well from plain text. A document cut off by the end of a row starts the next row.
    """
    order = list(range(len(documents)))
    rng.shuffle(order)
    rows: list[np.ndarray] = []
    eos = np.zeros(1, dtype=np.int16)
    parts: list[np.ndarray] = []
    length = 0
    for index in order:
        document = documents[index][: CONTEXT - 1]
        for _ in range(2):
            if not parts and rng.random() < 0.5:
                parts, length = [eos], 1
            parts += [document, eos]
            length += len(document) + 1
            if length <= CONTEXT:
                break
            rows.append(np.concatenate(parts)[: CONTEXT + 1])
            whole = length <= CONTEXT + 1
            parts, length = [], 0
            if whole:
                break
    rng.shuffle(rows)
    return np.stack(rows)


def make_model(vocabulary: int, width: int) -> LlamaForCausalLM:
    """The architecture: 4 layers, heads of 32, tied embeddings; of width 192 about 1.9 million parameters."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=4,
        num_attention_heads=width // 32,
        num_key_value_heads=width // 32,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
        pad_token_id=0,
        attn_implementation="sdpa",
        torch_dtype="float32",
    )
    model = LlamaForCausalLM(config)
    model.generation_config = GenerationConfig(bos_token_id=0, eos_token_id=0, pad_token_id=0)
    return model


def train(model: LlamaForCausalLM, documents: list[np.ndarray], args: argparse.Namespace) -> None:
    """AdamW with warm-up and cosine decay; bfloat16 autocast, float32 weights."""
    rng = random.Random(args.seed)
    decay = [p for p in model.parameters() if p.dim() >= 2]
    plain = [p for p in model.parameters() if p.dim() < 2]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.1}, {"params": plain, "weight_decay": 0.0}],
        lr=args.lr, betas=(0.9, 0.98), fused=True,
    )
    rows = pack(documents, rng)
    print(f"{len(rows)} rows an epoch, {args.steps * args.batch / len(rows):.2f} epochs", flush=True)
    cursor = 0
    started = time.time()
    running = 0.0
    for step in range(args.steps):
        if cursor + args.batch > len(rows):
            rows, cursor = pack(documents, rng), 0
        batch = torch.from_numpy(rows[cursor : cursor + args.batch].astype(np.int64))
        cursor += args.batch
        warm = min(1.0, (step + 1) / 100)
        fall = 0.5 * (1 + math.cos(math.pi * step / args.steps))
        for group in optimizer.param_groups:
            group["lr"] = args.lr * warm * (0.02 + 0.98 * fall)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(input_ids=batch[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.float().flatten(0, 1), batch[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        running = loss.item() if step == 0 else 0.98 * running + 0.02 * loss.item()
        if step % 500 == 499:
            model.save_pretrained(Path(args.work) / "snapshot")
        if step % 50 == 0 or step == args.steps - 1:
            seconds = time.time() - started
            speed = (step + 1) * args.batch * CONTEXT / seconds
            print(f"step {step} loss {running:.3f} {seconds:.0f} s, {speed:.0f} tokens/s", flush=True)


def export(model_dir: Path, out: Path) -> None:
    """Exports with a KV cache and lays the files out as transformers.js reads them."""
    from optimum.exporters.onnx import main_export

    raw = model_dir.parent / "onnx"
    shutil.rmtree(raw, ignore_errors=True)
    main_export(str(model_dir), output=str(raw), task="text-generation-with-past", do_validation=False)
    shutil.rmtree(out, ignore_errors=True)
    (out / "onnx").mkdir(parents=True)
    shutil.copy(raw / "model.onnx", out / "onnx" / "model.onnx")
    shutil.copy(model_dir / "tokenizer.json", out / "tokenizer.json")
    for name in ("config", "generation_config", "tokenizer_config", "special_tokens_map"):
        shutil.copy(model_dir / f"{name}.json", out / f"{name}.json")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--corpus", required=True)
    parser.add_argument("--work", required=True, help="folder for the PyTorch model and the raw export")
    parser.add_argument("--out", required=True)
    parser.add_argument("--vocabulary", type=int, default=2000)
    parser.add_argument("--tokenizer", help="folder of a model whose tokenizer is taken; default: one is trained")
    parser.add_argument("--width", type=int, default=192, help="size of the hidden states, a multiple of 32")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--lr", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.nice(5)
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    started = time.time()
    documents = read_documents(args.corpus)
    if args.tokenizer:
        tokenizer = Tokenizer.from_file(str(Path(args.tokenizer) / "tokenizer.json"))
    else:
        tokenizer = train_tokenizer(documents[:40000], args.vocabulary)
    ids = encode(tokenizer, documents)
    tokens = sum(len(item) + 1 for item in ids)
    pieces = sum(len(text.split()) for text in documents)
    print(f"{len(documents)} documents, {tokens} tokens, {tokens / pieces:.3f} per word", flush=True)
    model = make_model(tokenizer.get_vocab_size(), args.width)
    print(f"{sum(p.numel() for p in model.parameters())} parameters", flush=True)
    train(model, ids, args)
    model_dir = Path(args.work) / "model"
    shutil.rmtree(model_dir, ignore_errors=True)
    model.save_pretrained(model_dir)
    save_tokenizer(tokenizer, model_dir)
    export(model_dir, Path(args.out))
    print(f"done in {(time.time() - started) / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
