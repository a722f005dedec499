import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveTraining } from '../../src/train/index.js';
import { temporaryDirectory } from '../support/files.js';

describe('resolveTraining', () => {
  it('lets --device override the configuration, beside --lm', () => {
    const overrides = ['lm.device=webgpu', 'lm.threads=2'];
    expect(resolveTraining({ overrides }).lm).toMatchObject({ device: 'webgpu', threads: 2 });
    expect(resolveTraining({ overrides, lm: 'a/b', device: 'cuda' }).lm).toMatchObject({
      id: 'a/b',
      device: 'cuda',
      threads: 2,
    });
    expect(resolveTraining({ overrides: [] }).lm.device).toBe('cpu');
  });

  it('lets --dtype name a file of the model, whichever it is', () => {
    expect(resolveTraining({ overrides: [], dtype: 'q4' }).lm).toMatchObject({
      id: 'data/models/stories',
      dtype: 'q4',
    });
    expect(resolveTraining({ overrides: ['lm.dtype=fp16'], lm: 'a/b', dtype: 'q4' }).lm.dtype).toBe('q4');
  });

  it('refuses a device there is not', () => {
    expect(() => resolveTraining({ overrides: ['lm.device=tpu'] })).toThrow(/lm\.device.*cpu/);
  });

  it('goes on with a run watched otherwise', () => {
    const resume = temporaryDirectory();
    writeFileSync(join(resume, 'config.yaml'), 'train: { watch: { action: stop } }\n');
    const { train } = resolveTraining({ overrides: ['train.watch.action=warn'], resume });
    expect(train.watch.action).toBe('warn');
  });

  it('goes on with a run on another device, but not with another model', () => {
    const resume = temporaryDirectory();
    writeFileSync(join(resume, 'config.yaml'), 'lm: { threads: 1, device: cuda }\n');
    expect(resolveTraining({ overrides: [], resume, device: 'cpu' }).lm).toMatchObject({
      threads: 1,
      device: 'cpu',
    });
    expect(() => resolveTraining({ overrides: [], resume, lm: 'a/b' })).toThrow(
      /a resumed run keeps its 'lm'/,
    );
  });
});
