import { describe, expect, it } from 'vitest';
import { InputError, Interrupted } from '../../src/common/index.js';
import { type EnvironmentMaker, gridWorld, VectorEnvironment } from '../../src/env/index.js';
import { corridor, corridors, stepWith, untyped } from './corridor.js';

describe('VectorEnvironment', () => {
  it('steps copies side by side', async () => {
    const vector = await VectorEnvironment.make(corridors(), 3);
    expect([vector.copies, vector.observationSize]).toEqual([3, 2]);
    expect([vector.observationShape, vector.actions]).toEqual([[2], ['back', 'on']]);
    expect(Array.from(await vector.reset([0, 4, 8]))).toEqual([0, 0, 1, 4, 2, 8]);
    const step = await vector.step([1, 0, 1]);
    expect(Array.from(step.observations)).toEqual([1, 0, 0, 4, 3, 8]);
    expect(Array.from(step.rewards)).toEqual([0, 0, 1]);
    expect(step.terminated).toEqual([false, false, true]);
    expect(step.truncated).toEqual([false, false, false]);
  });

  it('resets the named copies alone', async () => {
    const vector = await VectorEnvironment.make(corridors(), 3);
    await vector.reset([0, 4, 8]);
    await vector.step([1, 1, 1]);
    expect(Array.from(await vector.reset([5, 7], [2, 0]))).toEqual([1, 7, 2, 4, 2, 5]);
    expect((await vector.step([1, 1, 1])).terminated).toEqual([false, true, true]);
  });

  it('steps the named copies alone, in their order', async () => {
    const vector = await VectorEnvironment.make(corridors(), 3);
    await vector.reset([0, 4, 8]);
    const step = await vector.step([1, 0], [2, 1]);
    expect(Array.from(step.observations)).toEqual([0, 0, 0, 4, 3, 8]);
    expect(Array.from(step.rewards)).toEqual([1, 0]);
    expect([step.terminated, step.truncated]).toEqual([
      [true, false],
      [false, false],
    ]);
    expect(Array.from((await vector.step([1], [0])).observations)).toEqual([1, 0, 0, 4, 3, 8]);
    await expect(vector.step([1], [2])).rejects.toThrow("copy 2 of the environment 'corridor' is not in an");
    await expect(vector.step([1, 1], [0])).rejects.toThrow('2 actions are given to 1 copies');
    await expect(vector.step([1], [3])).rejects.toThrow('cannot step copy 3: name copies 0 to 2, each once');
    await expect(vector.step([1, 1], [0, 0])).rejects.toThrow('cannot step copy 0: name copies');
    expect(Array.from((await vector.step([], [])).observations)).toEqual([1, 0, 0, 4, 3, 8]);
  });

  it('copies what environments give, and gives what the caller may keep', async () => {
    const vector = await VectorEnvironment.make(corridors(), 2);
    const first = await vector.reset([0, 0]);
    const second = await vector.step([1, 1]);
    first.fill(9);
    await vector.step([1, 1]);
    expect(Array.from(second.observations)).toEqual([1, 0, 1, 0]);
  });

  it('multiplies out the shape of an image', async () => {
    const image = corridors({ observationShape: [2, 3, 1], reset: () => [1, 2, 3, 4, 5, 6] });
    const vector = await VectorEnvironment.make(image, 2);
    expect(vector.observationSize).toBe(6);
    expect(Array.from(await vector.reset([0], [1]))).toEqual([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]);
  });

  it('refuses to step a copy that is in no episode', async () => {
    const vector = await VectorEnvironment.make({ name: 'gridworld', make: () => gridWorld() }, 2);
    await vector.reset([0], [1]);
    const refusal = (copy: number) =>
      `copy ${copy} of the environment 'gridworld' is not in an episode: reset it`;
    await expect(vector.step([1, 1])).rejects.toThrow(refusal(0));
    await vector.reset([0], [0]);
    await vector.step([1, 0]);
    expect((await vector.step([3, 0])).terminated).toEqual([true, false]);
    await expect(vector.step([1, 1])).rejects.toThrow(refusal(0));
    await vector.reset([1], [0]);
    await vector.step([1, 1]);
  });

  it('refuses to step a copy that was truncated', async () => {
    const vector = await VectorEnvironment.make(
      { name: 'gridworld', make: () => gridWorld({ maxSteps: 1 }) },
      1,
    );
    await vector.reset([0]);
    expect(await vector.step([0])).toMatchObject({ terminated: [false], truncated: [true] });
    await expect(vector.step([0])).rejects.toThrow('copy 0');
  });

  it('refuses wrong numbers of seeds, copies and actions', async () => {
    const vector = await VectorEnvironment.make(corridors(), 2);
    await expect(vector.reset([1])).rejects.toThrow('1 seeds are given to reset 2 copies');
    for (const copies of [
      [2, 0],
      [-1, 0],
      [1, 1],
    ]) {
      await expect(vector.reset([1, 2], copies)).rejects.toThrow('name copies 0 to 1, each once');
    }
    await vector.reset([1, 2]);
    await expect(vector.step([1])).rejects.toThrow('1 actions are given to 2 copies');
    for (const action of [2, -1, 0.5, Number.NaN]) {
      await expect(vector.step([0, action])).rejects.toThrow(`has actions 0 to 1, not ${action}`);
    }
  });
});

describe('VectorEnvironment.make', () => {
  it('refuses more copies than there are, and none', async () => {
    const single: EnvironmentMaker = { name: 'mine', mostCopies: 1, make: () => corridor() };
    await expect(VectorEnvironment.make(single, 2)).rejects.toThrow(
      "the environment 'mine' has no more than 1 copy, and 2 are asked for: ask for fewer",
    );
    expect((await VectorEnvironment.make(single, 1)).copies).toBe(1);
    for (const copies of [0, -1, 1.5]) {
      await expect(VectorEnvironment.make(corridors(), copies)).rejects.toThrow(`at least 1, not ${copies}`);
    }
  });

  it('refuses one object made twice', async () => {
    const one = corridor();
    await expect(VectorEnvironment.make({ name: 'mine', make: () => one }, 2)).rejects.toThrow(
      "the environment 'mine' is wrong: the same object was made twice: make a new one at each call",
    );
  });

  it('refuses copies that differ', async () => {
    let made = 0;
    const growing: EnvironmentMaker = {
      name: 'growing',
      make: () => corridor({ observationShape: [made++ === 0 ? 2 : 3] }),
    };
    await expect(VectorEnvironment.make(growing, 3)).rejects.toThrow(
      'its copies differ: observationShape is [2] in one and [3] in another',
    );
    let names = 0;
    const renamed: EnvironmentMaker = {
      name: 'renamed',
      make: () => corridor({ actions: ['back', `on ${names++}`] }),
    };
    await expect(VectorEnvironment.make(renamed, 2)).rejects.toThrow(
      'its copies differ: actions is ["back","on 0"]',
    );
  });

  it.each<[string, unknown, string]>([
    ['observationShape', undefined, 'observationShape is undefined, not [d] or [height, width, channels]'],
    ['observationShape', 4, 'observationShape is 4, not [d]'],
    ['observationShape', [], 'observationShape is [], not [d]'],
    ['observationShape', [2, 3], 'observationShape is [2, 3], not [d]'],
    ['observationShape', [0], 'observationShape is [0], not [d]'],
    ['observationShape', [1.5], 'observationShape is [1.5], not [d]'],
    ['actions', undefined, 'actions is undefined, not a list of at least 2 names'],
    ['actions', 2, 'actions is 2, not a list of at least 2 names'],
    ['actions', ['on'], 'actions is ["on"], not a list of at least 2 names'],
    ['actions', ['on', ''], 'actions is ["on", ""], not a list of at least 2 names'],
    ['actions', ['on', 1], 'actions is ["on", 1], not a list of at least 2 names'],
    ['actions', ['on', 'off', 'on'], "two actions are named 'on'"],
    ['reset', undefined, 'it has no reset and step functions'],
    ['step', 1, 'it has no reset and step functions'],
  ])('refuses %s that is %o', async (key, value, problem) => {
    await expectRefusal(VectorEnvironment.make(untyped({ [key]: value }), 1), problem);
  });
});

describe('an environment that breaks the contract', () => {
  it.each<[unknown, string]>([
    [undefined, 'the observation of reset(7) is undefined, not a list of numbers'],
    [3, 'the observation of reset(7) is 3, not a list of numbers'],
    ['ab', 'the observation of reset(7) is "ab", not a list of numbers'],
    [{ observation: [0, 0] }, 'the observation of reset(7) is an object with observation, not a list'],
    [[1], 'the observation of reset(7) has 1 number, but observationShape asks for 2'],
    [[[1, 2]], 'the observation of reset(7) has 1 number, but'],
    [new Float32Array(3), 'the observation of reset(7) has 3 numbers, but observationShape asks for 2'],
    [[1, Number.NaN], 'number 1 of the observation of reset(7) is NaN, not a finite number'],
    [[1e39, 1], 'number 0 of the observation of reset(7) is 1e+39, not a finite number'],
    [[1, '2'], 'number 1 of the observation of reset(7) is "2", not a finite number'],
    [[1, undefined], 'number 1 of the observation of reset(7) is undefined, not a finite number'],
    [[[1], [2]], 'number 0 of the observation of reset(7) is [1], not a finite number'],
  ])('is named when reset gives %o', async (observation, problem) => {
    const vector = await VectorEnvironment.make(untyped({ reset: () => observation }), 1);
    await expectRefusal(vector.reset([7]), problem);
  });

  it.each<[() => unknown, string]>([
    [() => undefined, 'step(1) returned undefined, not { observation, reward, terminated, truncated }'],
    [() => [0, 0], 'step(1) returned [0, 0], not { observation'],
    [() => ({}), 'step(1) returned an object with no keys, not { observation'],
    [() => ({ state: 1, done: true }), 'step(1) returned an object with state, done, not { observation'],
    [() => stepWith({ observation: [0] })(1), 'the observation of step(1) has 1 number, but'],
    [() => stepWith({ reward: undefined })(1), 'the reward of step(1) is undefined, not a finite number'],
    [
      () => stepWith({ reward: Number.POSITIVE_INFINITY })(1),
      'the reward of step(1) is Infinity, not a finite',
    ],
    [() => stepWith({ reward: '1' })(1), 'the reward of step(1) is "1", not a finite number'],
    [() => stepWith({ terminated: 0 })(1), "'terminated' of step(1) is 0, not true or false"],
    [() => stepWith({ truncated: undefined })(1), "'truncated' of step(1) is undefined, not true or false"],
  ])('is named when step is %s', async (step, problem) => {
    const vector = await VectorEnvironment.make(untyped({ step }), 1);
    await vector.reset([7]);
    await expectRefusal(vector.step([1]), problem);
  });

  it('is named with what it throws, on one line', async () => {
    const fail = (text: string) => () => {
      throw new Error(text);
    };
    const reset = VectorEnvironment.make(corridors({ reset: fail('no maze\nat hand') }), 1);
    await expect((await reset).reset([7])).rejects.toThrow(
      new InputError("the environment 'corridor' threw in reset(7): no maze at hand"),
    );
    const vector = await VectorEnvironment.make(
      corridors({ step: () => Promise.reject(new Error('out of maze')) }),
      1,
    );
    await vector.reset([7]);
    await expect(vector.step([0])).rejects.toThrow(
      new InputError("the environment 'corridor' threw in step(0): out of maze"),
    );
  });

  it('may pass on an interruption', async () => {
    const interrupted = corridors({ reset: () => Promise.reject(new Interrupted('Ctrl-C')) });
    const vector = await VectorEnvironment.make(interrupted, 1);
    await expect(vector.reset([7])).rejects.toBeInstanceOf(Interrupted);
  });
});

async function expectRefusal(work: Promise<unknown>, problem: string): Promise<void> {
  const error = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InputError);
  const text = error instanceof Error ? error.message : '';
  expect(text).toContain(`the environment 'corridor' is wrong: ${problem}`);
  expect(text).not.toContain('\n');
}
