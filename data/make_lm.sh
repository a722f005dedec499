#!/usr/bin/env bash
# Makes the bundled language model from nothing: corpus, tokenizer, training, export, prompts, measurement.
# Usage: bash data/make_lm.sh [WORK_DIR]   (from the repository's root, after `npm install`)
set -euo pipefail
cd "$(dirname "$0")/.."
work=${1:-runs/make-lm}
mkdir -p "$work"
. data/python.sh
npx tsx data/generator/main.ts --out "$work/train.txt" --tokens 9000000 --seed 1
npx tsx data/generator/main.ts --out "$work/heldout.txt" --tokens 300000 --seed 2
npx tsx data/generator/prompts.ts --out data/prompts --seed 3
"$python" data/train_lm.py --corpus "$work/train.txt" --work "$work" --out data/models/stories --seed 1
"$python" data/measure_lm.py --model data/models/stories --torch "$work/model" --train "$work/train.txt" \
  --heldout "$work/heldout.txt" --prompts data/prompts/stories.txt --seed 1 | tee "$work/measured.txt"
