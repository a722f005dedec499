"""The learner's update in PyTorch, for bench/learner.ts, which starts this and compares the two.

Reads a case a line, {"d": 64, "target": "double", "seconds": 2, ...}, makes its updates for about so long, and answers with
{"updates": N, "wall": S, "cpu": S}. One thread. The mathematics is that of src/agent: the same nets, states standardised by the
update, centred rows kept for each transition, Adam (fused, the fastest), each net clipped by its own norm.
Needs PyTorch 2.4 or newer.
"""

import copy
import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional

torch.set_num_threads(1)


class Case:
    def __init__(self, case):
        self.__dict__.update(case)
        torch.manual_seed(0)
        steps = self.episodes * self.length
        self.states = torch.randn(steps, self.d)
        self.mean, self.scale = self.states.mean(0), 1 / self.states.std(0)
        self.progress = (torch.arange(steps) % self.length / self.length).unsqueeze(1)
        self.last = torch.arange(steps) % self.length == self.length - 1
        self.candidates = torch.randint(self.vocab, (steps, self.k))
        self.rewards = torch.randn(steps) * self.last
        self.rows = torch.randn(self.vocab, self.d) / self.d**0.5
        self.centred = torch.stack(
            [self.rows[ids[0]] - self.rows[ids].mean(0) for ids in self.candidates]
        )
        self.g, self.v = self.net(self.d, self.d), self.net(self.d + 1, 1)
        self.target_g, self.target_v = copy.deepcopy(self.g), copy.deepcopy(self.v)
        self.adam = {
            net: torch.optim.Adam(net.parameters(), lr=1e-3, fused=True) for net in (self.g, self.v)
        }
        self.updates = 0

    def net(self, inputs, outputs):
        sizes = [inputs, *self.hidden, outputs]
        layers = [nn.Linear(a, b) for a, b in zip(sizes, sizes[1:])]
        nn.init.zeros_(layers[-1].weight)
        return nn.Sequential(*[part for layer in layers for part in (layer, nn.ReLU())][:-1])

    def states_of(self, i):
        return (self.states[i] - self.mean) * self.scale

    def values(self, net, x, i):
        return net(torch.cat([x, self.progress[i]], 1)).squeeze(1)

    def descend(self, loss, nets):
        for net in nets:
            self.adam[net].zero_grad()
        loss.backward()
        for net in nets:
            nn.utils.clip_grad_norm_(net.parameters(), 1)
            self.adam[net].step()

    def follow(self):
        self.updates += 1
        if self.updates % 60 == 0:
            self.target_g.load_state_dict(self.g.state_dict())
            self.target_v.load_state_dict(self.v.state_dict())

    @torch.no_grad()
    def double_targets(self, i):
        """One-step double Q-learning's targets; advantages are centred by their mean over the candidates."""
        goes_on = ~self.last[i]
        after = i[goes_on] + 1
        x = self.states_of(after)
        both = torch.stack([self.g(x), self.target_g(x)], 2)
        advantages = torch.bmm(self.rows[self.candidates[after]], both)
        advantages = advantages - advantages.mean(1, keepdim=True)
        best = advantages[:, :, 0].argmax(1, keepdim=True)
        y = self.rewards[i]
        y[goes_on] += advantages[:, :, 1].gather(1, best).squeeze(1)
        y[goes_on] += self.values(self.target_v, x, after)
        return y

    def double(self):
        for _ in range(self.updatesPerStep):
            i = torch.randint(len(self.states), (self.batch,))
            y = self.double_targets(i)
            x = self.states_of(i)
            q = self.values(self.v, x, i) + (self.g(x) * self.centred[i]).sum(1)
            self.descend(functional.mse_loss(q, y), [self.g, self.v])
            self.follow()

    def value(self):
        everything = torch.arange(len(self.states))
        with torch.no_grad():
            values = self.values(self.v, self.states_of(everything), everything)
        returns = self.rewards.view(-1, self.length).flip(1).cumsum(1).flip(1).reshape(-1)
        advantages = returns - values
        for i in torch.randperm(len(self.states)).split(self.batch):
            advantage = (self.g(self.states_of(i)) * self.centred[i]).sum(1)
            self.descend(functional.mse_loss(advantage, advantages[i]), [self.g])
        for _ in range(self.updatesPerStep):
            i = torch.randint(len(self.states), (self.batch,))
            value = self.values(self.v, self.states_of(i), i)
            self.descend(functional.mse_loss(value, returns[i]), [self.v])
            self.follow()


def main():
    cases = {}
    print(json.dumps({"version": torch.__version__}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        name = (asked["d"], asked["target"])
        if name not in cases:
            cases[name] = Case(asked)
            getattr(cases[name], asked["target"])()
        case = cases[name]
        before, started, used = case.updates, time.perf_counter(), time.process_time()
        while time.perf_counter() - started < asked["seconds"]:
            getattr(case, asked["target"])()
        wall, cpu = time.perf_counter() - started, time.process_time() - used
        print(json.dumps({"updates": case.updates - before, "wall": wall, "cpu": cpu}), flush=True)


main()
