import { describe, expect, it } from 'vitest';
import { rewardModel, validate } from '../../src/config/index.js';

const checked = (value: unknown) => validate(rewardModel, value, 'the reward model');

describe('rewardModel', () => {
  it('steps and drops as suits the net', () => {
    expect(checked(undefined)).toMatchObject({
      ...{ hidden: [], lr: 0.02, dropout: 0, epochs: 20, labels: 'hard' },
    });
    expect(checked({ hidden: [8] })).toMatchObject({ hidden: [8], lr: 4e-3, dropout: 0.1, epochs: 6 });
    expect(checked({ hidden: [8], lr: 1, dropout: 0, epochs: 9 })).toMatchObject({
      ...{ lr: 1, dropout: 0, epochs: 9 },
    });
  });

  it('bears to be checked again', () => {
    const once = checked({ hidden: [8], centring: 'loss', margin: 'column' });
    expect(checked(once)).toEqual(once);
  });

  it.each([
    [{ poling: 'mean' }, "unknown key 'poling'; did you mean 'pooling'?"],
    [{ margin: 0 }, "'margin'"],
    [{ centringCoefficient: 0.1 }, "'centringCoefficient': only centring: loss takes it"],
    [{ labels: 'soft', margin: 'column' }, "'margin': labels: soft uses the margins already"],
    [{ dropout: 1 }, "'dropout'"],
    [{ layers: [] }, "'layers'"],
  ])('refuses %j', (value, message) => {
    expect(() => checked(value)).toThrow(message);
  });
});
