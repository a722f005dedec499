import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/common/index.js';
import { type Actor, type Environment, type StepResult, VectorEnvironment } from '../../../src/env/index.js';
import { createReplay } from '../../../src/replay/index.js';
import { WorldPlayer } from '../../../src/train/world/player.js';
import { corridor, corridors } from '../../env/corridor.js';
import { textConfig } from '../../support/config.js';

/** Acts with the same probabilities everywhere. */
const acts = (...p: number[]): Actor => ({
  probabilities: ({ rows }) => Float32Array.from({ length: rows * 2 }, (_, i) => p[i % 2]),
});
const on = acts(0, 1);
const even = acts(0.5, 0.5);

/** A corridor that is always entered at cell 0, with its end as `end` makes it. */
function fromStart(end: (result: StepResult, steps: number) => StepResult = (result) => result): Environment {
  const inner = corridor();
  let steps = 0;
  return {
    ...inner,
    reset: () => {
      steps = 0;
      return inner.reset(0);
    },
    step: async (action) => end(await inner.step(action), ++steps),
  };
}

const truncatedAfter = (limit: number) =>
  fromStart((result, steps) => ({ ...result, truncated: steps >= limit }));

async function playerOf(make: () => Environment, copies = 1, seed = 4): Promise<WorldPlayer> {
  return new WorldPlayer(await VectorEnvironment.make({ name: 'corridor', make }, copies), seed);
}

/** The cells in a piece's states, whose other number is always 0. */
function cells(states: unknown): number[] {
  if (!(states instanceof Float32Array)) throw new TypeError('not single precision');
  return Array.from({ length: states.length / 2 }, (_, i) => states[2 * i]);
}

describe('the pieces of episodes', () => {
  it('are those of an episode that terminates and of one that goes on', async () => {
    const player = await playerOf(() => fromStart());
    const first = await player.play(on, 5, 0);
    expect(first.ended).toEqual([{ return: 1, length: 3 }]);
    expect(first.trajectories).toHaveLength(2);
    const [whole, begun] = first.trajectories;
    expect(whole).toMatchObject({ length: 3, start: 0, terminated: true, horizon: 3, iteration: 0 });
    expect(cells(whole.states)).toEqual([0, 1, 2]);
    expect([...whole.rewards]).toEqual([0, 0, 1]);
    expect([...whole.taken]).toEqual([1, 1, 1]);
    // One more row: the state to bootstrap from.
    expect(begun).toMatchObject({ length: 2, start: 0, terminated: false, horizon: 2 });
    expect(cells(begun.states)).toEqual([0, 1, 2]);
    expect([...begun.rewards]).toEqual([0, 0]);

    const second = await player.play(on, 2, 1);
    expect(second.ended).toEqual([{ return: 1, length: 3 }]);
    const [rest, next] = second.trajectories;
    expect(rest).toMatchObject({ length: 1, start: 2, terminated: true, horizon: 3, iteration: 1 });
    expect(cells(rest.states)).toEqual([2]);
    expect([...rest.rewards]).toEqual([1]);
    expect(next).toMatchObject({ length: 1, start: 0, terminated: false });
    expect(cells(next.states)).toEqual([0, 1]);
  });

  it('leave none behind when an episode ends with the last step', async () => {
    const player = await playerOf(() => fromStart());
    expect((await player.play(on, 3, 0)).trajectories).toHaveLength(1);
    expect((await player.play(on, 3, 1)).trajectories).toMatchObject([{ start: 0, length: 3 }]);
  });

  it('bootstrap from the last observation of an episode that is truncated', async () => {
    const player = await playerOf(() => truncatedAfter(2));
    const { trajectories, ended } = await player.play(on, 3, 0);
    expect(ended).toEqual([{ return: 0, length: 2 }]);
    const [cut, next] = trajectories;
    expect(cut).toMatchObject({ length: 2, start: 0, terminated: false });
    expect(cells(cut.states)).toEqual([0, 1, 2]);
    expect(next).toMatchObject({ length: 1, start: 0, terminated: false });
    expect(cells(next.states)).toEqual([0, 1]);
  });

  it('count as terminated what terminates and is truncated at once', async () => {
    const player = await playerOf(() => truncatedAfter(3));
    const { trajectories, ended } = await player.play(on, 3, 0);
    expect(ended).toEqual([{ return: 1, length: 3 }]);
    expect(trajectories).toMatchObject([{ length: 3, terminated: true }]);
    expect(cells(trajectories[0].states)).toEqual([0, 1, 2]);
  });

  it('record the policy that acted and its KL from the uniform one', async () => {
    const player = await playerOf(() => fromStart());
    const { trajectories, kl } = await player.play(acts(0.25, 0.75), 2, 0);
    const [piece] = trajectories;
    const nats = 0.25 * Math.log(0.5) + 0.75 * Math.log(1.5);
    expect([...piece.behaviour]).toEqual([0.25, 0.75, 0.25, 0.75]);
    expect([...piece.candidates]).toEqual([0, 1, 0, 1, 0, 1]);
    expect(piece.reference).toEqual(new Float32Array(6).fill(-Math.log(2)));
    for (const value of [...piece.kl, kl]) expect(value).toBeCloseTo(nats, 6);
    expect((await player.play(even, 4, 1)).kl).toBeCloseTo(0, 6);
  });

  it('are of no group, and fit the replay', async () => {
    const player = await playerOf(() => corridor(), 3);
    const { trajectories } = await player.play(on, 20, 7);
    // Some copies end more than one episode.
    expect(trajectories.length).toBeGreaterThan(6);
    expect(new Set(trajectories.map(({ group }) => group)).size).toBe(trajectories.length);
    const replay = createReplay(textConfig().replay);
    replay.add(trajectories);
    expect(replay.size).toBe(60);
  });
});

describe('playing', () => {
  it('depends on the seed and the iteration alone', async () => {
    const play = async (seed: number, iteration: number) =>
      (await (await playerOf(() => corridor(), 2, seed)).play(even, 12, iteration)).trajectories.map(
        ({ taken }) => [...taken],
      );
    expect(await play(1, 0)).toEqual(await play(1, 0));
    expect(await play(2, 0)).not.toEqual(await play(1, 0));
    expect(await play(1, 1)).not.toEqual(await play(1, 0));
  });

  it('draws actions for each copy apart', async () => {
    const player = await playerOf(() => fromStart(), 2);
    const { trajectories } = await player.play(even, 40, 0);
    const state = player.state;
    expect(state.copies).toHaveLength(2);
    expect(trajectories.reduce((sum, { length }) => sum + length, 0)).toBe(80);
    expect(new Set(trajectories.map(({ taken }) => taken.join(''))).size).toBeGreaterThan(2);
  });
});

describe('restoring', () => {
  const saved = async (player: WorldPlayer): Promise<unknown> => JSON.parse(JSON.stringify(player.state));

  it.each([1, 4, 5, 9])('brings all copies back to where they stood after 2 x %i steps', async (steps) => {
    const player = await playerOf(() => corridor(), 3);
    await player.play(even, steps, 0);
    await player.play(even, steps, 1);
    const state = await saved(player);
    const later = [await player.play(even, steps, 2), await player.play(even, steps, 3)];
    const other = await playerOf(() => corridor(), 3);
    await other.restore(state);
    expect(other.state).toEqual(state);
    expect([await other.play(even, steps, 2), await other.play(even, steps, 3)]).toEqual(later);
    // The same player, which stands elsewhere by now.
    await player.restore(state);
    expect([await player.play(even, steps, 2), await player.play(even, steps, 3)]).toEqual(later);
  });

  it('begins anew from before the first step', async () => {
    const player = await playerOf(() => corridor(), 2);
    const state = await saved(player);
    const played = await player.play(even, 7, 0);
    await player.restore(state);
    expect(await player.play(even, 7, 0)).toEqual(played);
  });

  it('refuses what is of other copies, or damaged', async () => {
    const player = await playerOf(() => corridor(), 2);
    await player.play(even, 3, 0);
    const state = await saved(player);
    const other = await playerOf(() => corridor(), 3);
    await expect(other.restore(state)).rejects.toThrow(
      'the checkpoint is of 2 copies of the environment, not 3',
    );
    for (const damaged of [undefined, {}, { episodes: 1, copies: [{ episode: 0 }] }]) {
      await expect(player.restore(damaged)).rejects.toThrow(InputError);
    }
  });

  it('refuses an environment that does not repeat itself', async () => {
    let begun = 0;
    // The first episode goes on for ever, the next ones end after two steps.
    const make = () => fromStart((result, steps) => ({ ...result, terminated: begun > 1 && steps === 2 }));
    const player = await playerOf(() => {
      const inner = make();
      return {
        ...inner,
        reset: (seed) => {
          begun++;
          return inner.reset(seed);
        },
      };
    });
    await player.play(on, 4, 0);
    await expect(player.restore(player.state)).rejects.toThrow(
      'the environment ended an episode after 2 steps that had gone on for more than 4: after reset(seed), the same',
    );
  });
});

it('takes any number of copies', async () => {
  const env = await VectorEnvironment.make(corridors(), 5);
  const { trajectories } = await new WorldPlayer(env, 0).play(on, 1, 0);
  expect(trajectories).toHaveLength(5);
});
