import { cutsTraces, shapeOf, type Transition } from '../../replay/index.js';
import type { Bootstrap } from '../targets/bootstrap.js';
import { BootstrapStates } from './bootstrapping.js';
import { type CandidateValues, stateAdvantages, targetValues } from './candidateValues.js';
import type { StateRef } from './inputs.js';
import type { Learning } from './learning.js';

/** Samples of the return of some transitions; `[transitions, samples]`. */
export interface TargetSamples {
  data: Float32Array;
  /** One, but with a `quantile` critic as many as it has quantiles. */
  samples: number;
}

/** What the target networks say of some states. */
interface Valued {
  /** The bootstrap's value; `[states]`. */
  values: Float32Array;
  /** Quantiles of the return less their mean; `[states, samples]`. */
  spreads: Float32Array;
  /** Whether the action taken there was an exploring one: not the greedy one of `Q-`. */
  exploring: boolean[];
}

/** The return of each transition, with the later states that it reads valued by the bootstrap. */
export async function qTargets(
  learning: Learning,
  batch: readonly Transition[],
  bootstrap: Bootstrap,
): Promise<TargetSamples> {
  const { critic } = learning.agent;
  const samples = critic.type === 'quantile' ? critic.quantiles : 1;
  const later = new BootstrapStates(learning.agent, batch);
  const { values, spreads, exploring } = await valueStates(learning, later.states, bootstrap, samples);
  const data = new Float32Array(batch.length * samples);
  for (let j = 0; j < samples; j++) {
    const shifted = samples === 1 ? values : values.map((value, i) => value + spreads[i * samples + j]);
    batch.forEach((transition, i) => {
      data[i * samples + j] = later.returnOf(transition, shifted, exploring);
    });
  }
  return { data, samples };
}

async function valueStates(
  learning: Learning,
  states: readonly StateRef[],
  bootstrap: Bootstrap,
  samples: number,
): Promise<Valued> {
  const values = new Float32Array(states.length);
  if (states.length === 0) return { values, spreads: new Float32Array(0), exploring: [] };
  const { target, spreads } = await smallerValues(learning, states, samples);
  const online = bootstrap.readsOnline
    ? await stateAdvantages(learning, learning.critics[0].g.net, states)
    : target;
  const cuts = cutsTraces(learning.agent.returns);
  const exploring: boolean[] = [];
  states.forEach(({ trajectory, step }, i) => {
    const { k } = shapeOf(trajectory);
    const row = target.subarray(i * k, (i + 1) * k);
    values[i] = bootstrap.evaluate({
      target: row,
      online: online.subarray(i * k, (i + 1) * k),
      reference: trajectory.reference.subarray(step * k, (step + 1) * k),
    });
    exploring.push(cuts && step < trajectory.length && isExploring(row, trajectory.taken[step]));
  });
  return { values, spreads, exploring };
}

/** Ties count as greedy. */
function isExploring(q: Float32Array, taken: number): boolean {
  return q.some((value) => value > q[taken]);
}

/**
 * `Q-` of every candidate, `[states, k]`: the smaller of two critics', with the spread of the one whose value is less
 * (clipped double Q; Fujimoto et al. 2018, arXiv 1802.09477).
 */
async function smallerValues(
  learning: Learning,
  states: readonly StateRef[],
  samples: number,
): Promise<{ target: Float32Array; spreads: Float32Array }> {
  const [first, second] = await Promise.all(
    learning.critics.map((critic) => targetValues(learning, critic, states)),
  );
  if (!second) return { target: first.q, spreads: spreadsOf(first, samples) };
  const [one, two] = [first, second].map((each) => spreadsOf(each, samples));
  const spreads = one.map((spread, i) => {
    const state = Math.floor(i / samples);
    return first.values[state] <= second.values[state] ? spread : two[i];
  });
  return { target: first.q.map((q, i) => Math.min(q, second.q[i])), spreads };
}

function spreadsOf({ raw, values }: CandidateValues, samples: number): Float32Array {
  if (samples === 1) return new Float32Array(values.length);
  return raw.map((quantile, i) => quantile - values[Math.floor(i / samples)]);
}
