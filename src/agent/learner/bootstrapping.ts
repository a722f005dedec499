import type { AgentConfig } from '../../config/index.js';
import { bootstrapsOf, returnsOf, type Trajectory, type Transition } from '../../replay/index.js';
import type { StateRef } from './inputs.js';

/** The later states that the returns of some transitions read, each once, and what is looked up by state. */
export class BootstrapStates {
  readonly states: StateRef[] = [];
  readonly #places = new Map<Trajectory, Map<number, number>>();
  readonly #agent: AgentConfig;

  constructor(agent: AgentConfig, batch: readonly Transition[]) {
    this.#agent = agent;
    for (const { trajectory, step } of batch) {
      const { first, last } = bootstrapsOf(agent.returns, step, trajectory.length);
      const end = trajectory.terminated ? Math.min(last, trajectory.length - 2) : last;
      for (let t = first; t <= end; t++) this.#want(trajectory, t + 1);
    }
  }

  /**
   * The return of one transition.
   * @param values of {@link states}, in their order
   * @param exploring whether the action taken in each of them was an exploring one
   */
  returnOf(
    { trajectory, step }: Transition,
    values: ArrayLike<number>,
    exploring?: readonly boolean[],
  ): number {
    const { returns, gamma } = this.#agent;
    const { last } = bootstrapsOf(returns, step, trajectory.length);
    const places = this.#places.get(trajectory);
    const after = Array.from({ length: last - step + 1 }, (_, i) => places?.get(step + i + 1) ?? -1);
    return returnsOf(returns, {
      rewards: trajectory.rewards.subarray(step, last + 1),
      // What is not looked up is the end of an episode, or not read.
      next: after.map((place) => (place < 0 ? 0 : values[place])),
      exploring: after.map((_, i) => i > 0 && after[i - 1] >= 0 && exploring?.[after[i - 1]] === true),
      gamma,
    })[0];
  }

  #want(trajectory: Trajectory, step: number): void {
    const places = this.#places.get(trajectory) ?? new Map<number, number>();
    this.#places.set(trajectory, places);
    if (places.has(step)) return;
    places.set(step, this.states.length);
    this.states.push({ trajectory, step });
  }
}
