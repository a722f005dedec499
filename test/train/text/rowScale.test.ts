import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeHead, readHead } from '../../../src/agent/index.js';
import { syncConfig, tinyText, trainHere } from '../run.js';

const config = syncConfig(undefined, ...tinyText);
const headOf = (run: string) => readHead(join(run, 'last', 'head.safetensors'));

/** A paused run whose head has rows of another scale, as if others of them had been measured. */
async function pausedRun(factor: number): Promise<{ run: string; rowScale: number }> {
  const { run } = await trainHere(config, { until: 1 });
  const { tensors, spec } = headOf(run);
  const rowScale = factor * spec.rowScale;
  writeFileSync(join(run, 'last', 'head.safetensors'), encodeHead(tensors, { ...spec, rowScale }));
  return { run, rowScale };
}

describe('a run that goes on', () => {
  it('keeps the scale of the rows that it began with', async () => {
    const { run, rowScale } = await pausedRun(1.01);
    await trainHere(config, { out: run, resume: true, until: 2 });
    expect(headOf(run).spec.rowScale).toBe(rowScale);
    const next = await trainHere(config, { init: run, until: 1 });
    expect(headOf(next.run).spec.rowScale).toBe(rowScale);
  });

  it('does not start from a head on rows of quite another scale', async () => {
    const { run } = await pausedRun(1.2);
    await expect(trainHere(config, { init: run })).rejects.toThrow('they differ in rowScale');
  });
});
