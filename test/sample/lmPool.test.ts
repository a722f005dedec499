import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Lm, type OpenLmOptions, openLm } from '../../src/lm/index.js';
import { LmPool } from '../../src/sample/index.js';
import { copyMultilingual } from '../fixtures/lm/seq2seq.js';
import { writeTinyLm } from '../fixtures/lm/tinyLm.js';
import { temporaryDirectories } from '../lm/temporary.js';

const opened = vi.hoisted((): { id: string; options: OpenLmOptions | undefined; open: boolean }[] => []);
vi.mock('../../src/lm/index.js', async (original) => {
  const real = await original<typeof import('../../src/lm/index.js')>();
  const counted = async (id: string, options?: OpenLmOptions) => {
    const lm = await real.openLm(id, options);
    const entry = { id, options, open: true };
    opened.push(entry);
    const close = () => {
      entry.open = false;
      return lm.close();
    };
    return { ...lm, close };
  };
  return { ...real, openLm: counted };
});

const directory = temporaryDirectories();
let run: { id: string; revision: string; device: 'cpu'; threads: number; layers: number[] };
beforeEach(() => {
  run = { id: writeTinyLm(directory()), revision: 'main', device: 'cpu', threads: 1, layers: [0, -1] };
});
afterEach(() => {
  expect(opened.filter(({ open }) => open)).toEqual([]);
  opened.length = 0;
});

const stillOpen = () => opened.filter(({ open }) => open).length;

/** Whether a model still answers. */
async function answers(lm: Lm): Promise<boolean> {
  const [{ logProbs }] = await lm.read([{ prompt: [5], completion: [9, 2] }]);
  return logProbs.length === 2;
}

describe('LmPool', () => {
  it('opens a model once, and closes it with the last that uses it', async () => {
    const pool = new LmPool(run);
    const [a, b] = await Promise.all([pool.open(pool.own), pool.open({ id: run.id, threads: 1 })]);
    expect(opened).toHaveLength(1);
    await a.close();
    await a.close();
    expect(await answers(b)).toBe(true);
    await b.close();
    expect(stillOpen()).toBe(0);
    const again = await pool.open(pool.own);
    expect(opened).toHaveLength(2);
    await again.close();
  });

  it("opens the run's own with the run's layers, whoever asks first", async () => {
    const pool = new LmPool(run);
    const lm = await pool.open({ id: run.id, threads: 1, device: 'cpu' });
    expect(lm.info.layers).toEqual([0, 1]);
    await lm.close();
  });

  it('opens another where it is asked for otherwise', async () => {
    const pool = new LmPool(run, { threads: 2 });
    const others = [{ id: run.id }, { id: run.id, threads: 2 }, { id: run.id, dtype: 'fp32' }];
    const lms = await Promise.all([pool.own, ...others].map((choice) => pool.open(choice)));
    expect(opened.map(({ options }) => [options?.threads, options?.dtype, options?.layers])).toEqual([
      [1, undefined, [0, -1]],
      [2, undefined, [-1]],
      [2, 'fp32', [-1]],
    ]);
    for (const lm of lms) await lm.close();
  });

  it('opens another for other languages', async () => {
    const id = copyMultilingual(directory());
    const pool = new LmPool({ ...run, id, layers: [-1], languages: { target: 'fra_Latn' } });
    const languages = { target: 'deu_Latn' };
    const lms = [await pool.open(pool.own), await pool.open({ ...pool.own, languages })];
    expect(opened.map(({ options }) => options?.languages)).toEqual([{ target: 'fra_Latn' }, languages]);
    for (const lm of lms) await lm.close();
  });

  it('shares it with who asks for the same layers or any, and opens another for other layers', async () => {
    const pool = new LmPool(run);
    const asked = [undefined, [0, -1], [-1], [-1]].map((layers) => ({
      ...pool.own,
      ...(layers && { layers }),
    }));
    const lms = await Promise.all(asked.map((choice) => pool.open(choice)));
    expect(opened.map(({ options }) => options?.layers)).toEqual([[0, -1], [-1]]);
    expect(lms.map(({ info }) => info.layers)).toEqual([[0, 1], [0, 1], [1], [1]]);
    for (const lm of lms) await lm.close();
  });

  it('shares a model that is open already, and leaves it open', async () => {
    const own = await openLm(run.id, { threads: 1 });
    const pool = new LmPool(run, {}, own);
    const lm = await pool.open(pool.own);
    expect(opened).toHaveLength(1);
    await lm.close();
    expect(await answers(own)).toBe(true);
    await own.close();
  });

  it('tries again where a model could not be opened', async () => {
    const pool = new LmPool(run);
    const missing = { id: `${run.id}/missing` };
    await expect(Promise.all([pool.open(missing), pool.open(missing)])).rejects.toThrow('missing');
    writeTinyLm(missing.id);
    await (await pool.open(missing)).close();
    expect(opened).toHaveLength(1);
  });
});
