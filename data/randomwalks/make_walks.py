"""Makes the random walks: a directed graph, walks on it with their optimality, and the start nodes.

The task is that of trlX (https://github.com/CarperAI/trlx, examples/randomwalks/randomwalks.py, MIT licence):
the same numbers are drawn in the same order, so that a seed gives its graph and its walks.
Usage: python data/randomwalks/make_walks.py --out data/randomwalks [--seed 1000]
"""

import argparse
import json
from collections import deque
from pathlib import Path

import numpy as np

NODES, GOAL, EDGE_PROBABILITY = 21, 0, 0.1
MAX_LENGTH = 10  # nodes of a walk, the start and the goal among them


def letter(node: int) -> str:
    return chr(ord("a") + node)


def draw_graph(random: np.random.RandomState) -> np.ndarray:
    """Adjacency `[from, to]` in which every node can be left; the goal leads to itself alone."""
    while True:
        edges = random.rand(NODES, NODES) > 1 - EDGE_PROBABILITY
        np.fill_diagonal(edges, False)
        if edges.any(axis=1).all():
            break
    edges[GOAL] = False
    edges[GOAL, GOAL] = True
    return edges


def draw_walk(random: np.random.RandomState, edges: np.ndarray) -> list[int]:
    """A walk from any node but the goal, each step uniform, until the goal or MAX_LENGTH nodes."""
    node = GOAL
    while node == GOAL:
        node = int(random.randint(NODES))
    walk = [node]
    while node != GOAL and len(walk) < MAX_LENGTH:
        node = int(random.choice(np.flatnonzero(edges[node])))
        walk.append(node)
    return walk


def shortest_lengths(edges: np.ndarray) -> list[int]:
    """Nodes on the shortest way to the goal, both ends counted; MAX_LENGTH where it is longer or there is none."""
    lengths = {GOAL: 1}
    queue = deque([GOAL])
    while queue:
        node = queue.popleft()
        for before in np.flatnonzero(edges[:, node]):
            if int(before) not in lengths:
                lengths[int(before)] = lengths[node] + 1
                queue.append(int(before))
    return [min(lengths.get(node, MAX_LENGTH), MAX_LENGTH) for node in range(NODES)]


def optimality(walk: list[int], shortest: list[int]) -> float:
    """1 for a shortest walk, falling to 0 for one of MAX_LENGTH nodes or one that does not reach the goal."""
    if walk[-1] != GOAL or shortest[walk[0]] >= MAX_LENGTH:
        return 0.0
    return (MAX_LENGTH - len(walk)) / (MAX_LENGTH - shortest[walk[0]])


def expected_optimality(edges: np.ndarray, shortest: list[int]) -> float:
    """The mean over all walks, each start alike, from the distribution of their nodes step by step."""
    steps = edges / edges.sum(axis=1, keepdims=True)
    steps[GOAL] = 0
    total = 0.0
    for start in range(1, NODES):
        at = np.eye(NODES)[start]
        for length in range(2, MAX_LENGTH + 1):
            at = at @ steps
            if shortest[start] < MAX_LENGTH:
                total += at[GOAL] * (MAX_LENGTH - length) / (MAX_LENGTH - shortest[start])
    return total / (NODES - 1)


def graph_json(edges: np.ndarray, shortest: list[int], seed: int) -> str:
    nodes = [
        f'    "{letter(node)}": '
        + json.dumps({"to": "".join(map(letter, np.flatnonzero(edges[node]))), "shortest": shortest[node]})
        .replace("{", "{ ").replace("}", " }")
        for node in range(NODES)
    ]
    head = f'{{\n  "seed": {seed},\n  "goal": "{letter(GOAL)}",\n  "maxLength": {MAX_LENGTH},\n  "nodes": {{\n'
    return head + ",\n".join(nodes) + "\n  }\n}\n"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--walks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1000)
    args = parser.parse_args()
    random = np.random.RandomState(args.seed)
    edges = draw_graph(random)
    walks = [draw_walk(random, edges) for _ in range(args.walks)]
    shortest = shortest_lengths(edges)
    rewards = [optimality(walk, shortest) for walk in walks]
    out = Path(args.out)
    lines = [
        json.dumps({"prompt": letter(walk[0]), "completion": "".join(map(letter, walk[1:])), "reward": reward})
        for walk, reward in zip(walks, rewards)
    ]
    starts = sorted({letter(walk[0]) for walk in walks})
    (out / "graph.json").write_text(graph_json(edges, shortest, args.seed), encoding="utf-8")
    (out / "walks.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (out / "starts.txt").write_text("\n".join(starts) + "\n", encoding="utf-8")
    reached = np.mean([walk[-1] == GOAL for walk in walks])
    print(f"{len(walks)} walks from {len(starts)} starts, {reached:.3f} reach the goal")
    expected = expected_optimality(edges, shortest)
    print(f"mean optimality {np.mean(rewards):.4f}, expected {expected:.4f}; shortest lengths {shortest}")


if __name__ == "__main__":
    main()
