#!/usr/bin/env bash
# Makes the bundled sequence-to-sequence model from nothing: pairs, prompts, tokenizer, training, export, measurement.
# Usage: bash data/make_seq2seq.sh [WORK_DIR]   (from the repository's root, after `npm install`)
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-runs/make-seq2seq}
mkdir -p "$work"
. data/python.sh
export TOKENIZERS_PARALLELISM=false
npx tsx data/seq2seq/generator/main.ts --corpus "$work/corpus.jsonl" --out data/seq2seq \
  --translate 80000 --summarize 40000 --seed 1
"$python" data/seq2seq/train.py --corpus "$work/corpus.jsonl" --work "$work" --out data/models/tavar --seed 1
"$python" data/seq2seq/measure.py --model data/models/tavar --torch "$work/model" --data data/seq2seq --seed 1 \
  | tee "$work/measured.txt"
