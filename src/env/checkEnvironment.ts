import { InputError, randomStream } from '../common/index.js';
import { wrong } from './contract.js';
import type { Environment, EnvironmentMaker } from './environment.js';
import { VectorEnvironment } from './vectorEnvironment.js';

export interface CheckEnvOptions {
  /** Of the episodes and of the actions; default 0. */
  seed?: number;
  /** Steps of each of the two or three runs that are compared; at least one per action; default 500. */
  steps?: number;
}

export interface EnvSummary {
  observationShape: readonly number[];
  actions: readonly string[];
  /** How many episodes ended within the steps, whose actions were random. */
  episodes: number;
  /** Steps of those episodes; undefined when none ended. */
  meanLength: number | undefined;
  /** Sum of rewards of those episodes; undefined when none ended. */
  meanReturn: number | undefined;
}

/** What one call of an environment gave. */
interface Event {
  /** `reset(seed)` or `step(action)`. */
  call: string;
  begins: boolean;
  observation: Float32Array;
  reward: number;
  terminated: boolean;
  truncated: boolean;
}

/**
 * Plays an environment with random actions, every action among them, and throws on the first thing that breaks the
 * contract of `Environment` (in the spirit of Stable-Baselines3's `check_env`): shapes, names, types and finite
 * numbers; a reset after the end and amid an episode; the same seed and actions giving the same episodes; and, for a
 * maker of several, that copies do not disturb each other.
 * @throws InputError with one line that names the environment and the violation.
 */
export async function checkEnv(
  given: Environment | EnvironmentMaker,
  options: CheckEnvOptions = {},
): Promise<EnvSummary> {
  const { seed = 0, steps = 500 } = options;
  if (!Number.isInteger(steps) || steps < 1) throw new InputError(`steps must be at least 1, not ${steps}`);
  const maker: EnvironmentMaker =
    'make' in given ? given : { name: 'custom', mostCopies: 1, make: () => given };
  const single = await VectorEnvironment.make(maker, 1);
  const events = await play(single, seed, steps);
  const again = await play(single, seed, steps);
  compare(maker.name, 'played twice', events, again);
  if (maker.mostCopies === undefined || maker.mostCopies > 1) {
    const beside = await play(await VectorEnvironment.make(maker, 2), seed, steps);
    compare(maker.name, 'played beside another copy', events, beside);
  }
  return { observationShape: single.observationShape, actions: single.actions, ...summary(events) };
}

/** Plays every copy with actions and seeds of its own. @returns What the first copy gave. */
async function play(vector: VectorEnvironment, seed: number, steps: number): Promise<Event[]> {
  const size = vector.observationSize;
  const randoms = Array.from({ length: vector.copies }, (_, copy) =>
    randomStream(seed, 'check-environment', copy),
  );
  const events: Event[] = [];
  const restart = async (copies: readonly number[]) => {
    const seeds = copies.map((copy) => randoms[copy].int(2 ** 31));
    const observation = (await vector.reset(seeds, copies)).subarray(0, size);
    const [first] = copies;
    if (first !== 0) return;
    const call = `reset(${seeds[0]})`;
    events.push({ call, begins: true, observation, reward: 0, terminated: false, truncated: false });
  };
  await restart(randoms.map((_, copy) => copy));
  const count = vector.actions.length;
  for (let step = 0; step < Math.max(steps, count); step++) {
    const taken = randoms.map((random) => (step < count ? step : random.int(count)));
    const { observations, rewards, terminated, truncated } = await vector.step(taken);
    events.push({
      call: `step(${taken[0]})`,
      begins: false,
      observation: observations.subarray(0, size),
      reward: rewards[0],
      terminated: terminated[0],
      truncated: truncated[0],
    });
    await restart(taken.flatMap((_, copy) => (terminated[copy] || truncated[copy] ? [copy] : [])));
  }
  return events;
}

function compare(name: string, how: string, once: readonly Event[], again: readonly Event[]): void {
  for (const [i, event] of once.entries()) {
    const found = difference(event, again[i]);
    if (found === undefined) continue;
    const start = once.slice(0, i + 1).findLast(({ begins }) => begins);
    const since = start === undefined || start === event ? '' : `, after ${start.call}`;
    throw wrong(
      name,
      `the same seed and actions, ${how}, gave another episode: in call ${i + 1}, ${event.call}${since}, ${found}`,
    );
  }
}

function difference(a: Event, b: Event): string | undefined {
  const number = a.observation.findIndex((value, i) => value !== b.observation[i]);
  if (number >= 0) {
    return `number ${number} of the observation was ${a.observation[number]}, then ${b.observation[number]}`;
  }
  const key = (['reward', 'terminated', 'truncated'] as const).find((name) => a[name] !== b[name]);
  return key && `'${key}' was ${a[key]}, then ${b[key]}`;
}

function summary(events: readonly Event[]): Pick<EnvSummary, 'episodes' | 'meanLength' | 'meanReturn'> {
  let [episodes, length, total] = [0, 0, 0];
  let [playedLength, playedReturn] = [0, 0];
  for (const { begins, reward, terminated, truncated } of events) {
    if (begins) {
      [playedLength, playedReturn] = [0, 0];
      continue;
    }
    playedLength++;
    playedReturn += reward;
    if (!terminated && !truncated) continue;
    episodes++;
    length += playedLength;
    total += playedReturn;
  }
  if (episodes === 0) return { episodes, meanLength: undefined, meanReturn: undefined };
  return { episodes, meanLength: length / episodes, meanReturn: total / episodes };
}
