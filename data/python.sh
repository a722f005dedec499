# Sourced from the repository's root: sets $python to one that has data/requirements.txt, $PYTHON or one made in $work.
python=${PYTHON:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python="$work/venv/bin/python"
  "$python" -m pip install --quiet -r data/requirements.txt
fi
