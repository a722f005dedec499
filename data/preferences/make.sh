#!/usr/bin/env bash
# Makes the preference pairs and the teacher from nothing: pairs, the teacher's corpus, training, export, measurement.
# Usage: bash data/preferences/make.sh [WORK_DIR]   (from the repository's root, after `npm install`)
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-runs/make-preferences}
mkdir -p "$work"
. data/python.sh
npx tsx data/preferences/make.ts --seed 21
npx tsx data/preferences/corpus.ts --out "$work/train.txt" --documents 60000 --seed 11
npx tsx data/preferences/corpus.ts --out "$work/heldout.txt" --documents 2000 --seed 12
"$python" data/train_lm.py --corpus "$work/train.txt" --work "$work" --out data/models/cosy \
  --tokenizer data/models/stories --width 224 --steps 2600 --seed 11
"$python" data/measure_lm.py --model data/models/cosy --torch "$work/model" --train "$work/train.txt" \
  --heldout "$work/heldout.txt" --prompts data/prompts/stories.txt --seed 1 | tee "$work/measured.txt"
