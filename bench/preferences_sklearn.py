"""scikit-learn's logistic regression on the features of preference pairs: `python preferences_sklearn.py FOLDER`, which
holds train.f32 and heldout.f32, float32 [pairs, inputs] of the chosen completion less the rejected, and meta.json with
`inputs` and `C`. Prints the accuracies as JSON. Needs scikit-learn."""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

folder = Path(sys.argv[1])
meta = json.loads((folder / "meta.json").read_text())
read = lambda name: np.fromfile(folder / name, dtype=np.float32).reshape(-1, meta["inputs"]).astype(np.float64)
train, heldout = read("train.f32"), read("heldout.f32")
# A regression needs both classes: every other pair is turned round, which changes nothing without an intercept.
signs = np.where(np.arange(len(train)) % 2 == 0, 1, -1)
model = LogisticRegression(C=meta["C"], fit_intercept=False, max_iter=10000).fit(train * signs[:, None], signs)
right = lambda features: float(np.mean(features @ model.coef_[0] > 0))
print(json.dumps({"accuracy": right(heldout), "training": right(train)}))
