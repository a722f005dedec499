"""Measures the bundled sequence-to-sequence model on its evaluation prompts, and its ONNX graphs against PyTorch.

chrF is sacrebleu's (of each text, the mean), ROUGE-L is rouge-score's F-measure.
Usage: python data/seq2seq/measure.py --model data/models/tavar --torch DIR --data data/seq2seq
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
from rouge_score.rouge_scorer import RougeScorer
from sacrebleu.metrics import CHRF
from transformers import AutoTokenizer, T5ForConditionalGeneration

LENGTH, SAMPLES = 48, 4


def rows_of(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@torch.no_grad()
def generate(model, tokenizer, prompts: list[str], sampled: bool) -> list[str]:
    """One output for each prompt, greedy or sampled at temperature 1 from the whole vocabulary."""
    batch = tokenizer(prompts, return_tensors="pt", padding=True)
    out = model.generate(
        input_ids=batch.input_ids,
        attention_mask=batch.attention_mask,
        max_new_tokens=LENGTH,
        do_sample=sampled,
        temperature=1.0,
        top_k=0,
    )
    return tokenizer.batch_decode(out, skip_special_tokens=True)


def scores(texts: list[str], references: list[str]) -> str:
    chrf, rouge = CHRF(), RougeScorer(["rougeL"])
    pairs = list(zip(texts, references))
    characters = [chrf.sentence_score(text, [reference]).score / 100 for text, reference in pairs]
    longest = [rouge.score(reference, text)["rougeL"].fmeasure for text, reference in pairs]
    exact = np.mean([text == reference for text, reference in pairs])
    words = np.mean([len(text.split()) for text in texts])
    return f"chrF {np.mean(characters):.3f}, ROUGE-L {np.mean(longest):.3f}, exact {exact:.3f}, {words:.1f} words"


@torch.no_grad()
def onnx_difference(model, folder: Path, source: list[int], target: list[int]) -> float:
    """Largest difference of logits of a target, by the decoder without a cache and then step by step with one."""
    encoder = ort.InferenceSession(folder / "onnx" / "encoder_model.onnx")
    decoder = ort.InferenceSession(folder / "onnx" / "decoder_model_merged.onnx")
    mask = np.ones((1, len(source)), dtype=np.int64)
    ids = np.array([source], dtype=np.int64)
    hidden = encoder.run(None, {"input_ids": ids, "attention_mask": mask})[0]
    inputs = [0, *target]
    expected = model(
        input_ids=torch.from_numpy(ids), decoder_input_ids=torch.tensor([inputs])
    ).logits[0].numpy()
    names = [output.name for output in decoder.get_outputs()]
    config = model.config
    cache = {
        item.name: np.zeros((1, config.num_heads, 0, config.d_kv), dtype=np.float32)
        for item in decoder.get_inputs()
        if item.name.startswith("past_key_values")
    }
    rows: list[np.ndarray] = []
    for step, token in enumerate(inputs):
        feed = {
            "input_ids": np.array([[token]], dtype=np.int64),
            "encoder_hidden_states": hidden,
            "encoder_attention_mask": mask,
            "use_cache_branch": np.array([step > 0]),
            **cache,
        }
        values = dict(zip(names, decoder.run(names, feed)))
        rows.append(values["logits"][0])
        for name in cache:
            # The cache of the source's keys and values comes from the first step alone.
            if step == 0 or ".encoder." not in name:
                cache[name] = values[name.replace("past_key_values", "present")]
    return float(np.abs(np.concatenate(rows) - expected).max())


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("model", "torch", "data"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    os.nice(10)
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = T5ForConditionalGeneration.from_pretrained(args.torch).eval()
    print(f"parameters: {sum(p.numel() for p in model.parameters())}, vocabulary: {len(tokenizer)}")
    for path in sorted(Path(args.model, "onnx").iterdir()):
        print(f"{path.name}: {path.stat().st_size} bytes")
    for task in ("translate", "summarize"):
        rows = rows_of(Path(args.data) / f"{task}-eval.jsonl")
        prompts = [row["prompt"] for row in rows]
        references = [row["reference"] for row in rows]
        encoded = [tokenizer(text).input_ids for text in references]
        print(f"\n{task}: {len(rows)} prompts, references of {np.mean([len(ids) for ids in encoded]):.1f} tokens,")
        print(f"at most {max(len(ids) for ids in encoded)}; prompts of at most", end=" ")
        print(max(len(tokenizer(text).input_ids) for text in prompts))
        print(f"greedy: {scores(generate(model, tokenizer, prompts, False), references)}")
        sampled = generate(model, tokenizer, prompts * SAMPLES, True)
        print(f"sampled, {SAMPLES} for each prompt: {scores(sampled, references * SAMPLES)}")
        source, target = tokenizer(prompts[0]).input_ids, encoded[0]
        difference = onnx_difference(model, Path(args.model), source, target)
        print(f"ONNX against PyTorch, largest difference of logits: {difference:.1e}")
        for prompt, reference, sample in list(zip(prompts, references, sampled))[:6]:
            print(f"- {prompt}\n  reference: {reference}\n  sample: {sample}")


if __name__ == "__main__":
    main()
