import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batchRows, groupPrompts, packBatches } from '../../src/lm/plan.js';

const prompts = fc.array(fc.array(fc.nat(3), { minLength: 1, maxLength: 4 }), { maxLength: 30 });

describe('the plan of a generation', () => {
  it('runs every sequence once, in batches that are not too large', () => {
    const small = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(prompts, small, small, fc.boolean(), (list, samples, maxBatch, padding) => {
        const batches = packBatches(groupPrompts(list, samples), maxBatch, padding);
        const seen: number[] = [];
        for (const batch of batches) {
          const lengths = new Set(batch.map((group) => group.prompt.length));
          expect(padding || lengths.size === 1).toBe(true);
          const parts = batchRows(batch, maxBatch);
          // Only a prompt whose own samples are too many is cut.
          expect(parts.length === 1 || batch.length === 1).toBe(true);
          for (const rows of parts) {
            expect(rows.length).toBeLessThanOrEqual(maxBatch);
            for (const row of rows) {
              expect(batch[row.group].prompt).toEqual(list[Math.floor(row.sequence / samples)]);
              expect(row.promptLength).toBe(batch[row.group].prompt.length);
              seen.push(row.sequence);
            }
          }
        }
        expect(seen.sort((a, b) => a - b)).toEqual([...new Array(list.length * samples).keys()]);
      }),
    );
  });

  it('groups equal prompts', () => {
    const groups = groupPrompts([[1, 2], [12], [1, 2]], 2);
    expect(groups).toEqual([
      { prompt: [1, 2], sequences: [0, 1, 4, 5] },
      { prompt: [12], sequences: [2, 3] },
    ]);
  });
});
