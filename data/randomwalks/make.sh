#!/usr/bin/env bash
# Makes the random walks and their language model from nothing: graph, walks, training, export, measurement.
# Usage: bash data/randomwalks/make.sh [WORK_DIR]   (from anywhere)
set -euo pipefail
cd "$(dirname "$0")/../.."
work=${1:-runs/make-randomwalks}
mkdir -p "$work"
. data/python.sh
"$python" data/randomwalks/make_walks.py --out data/randomwalks --seed 1000
"$python" data/randomwalks/train_lm.py --data data/randomwalks --work "$work" --out data/models/randomwalks \
  --seed 1 | tee "$work/measured.txt"
