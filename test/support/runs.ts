import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHead, initHead, rowScaleOf } from '../../src/agent/index.js';
import { randomStream } from '../../src/common/index.js';
import { tiedSpec } from '../agent/specs.js';
import { openStories } from './lm.js';

/**
 * Writes a run on the bundled model. The last layers of the nets named are random instead of zero, so that beta makes a
 * difference.
 * @param config the run's `config.yaml`
 * @param units of the head's hidden layer
 */
export async function writeStoryRun(
  directory: string,
  config: string,
  units: number,
  nets: readonly string[],
): Promise<void> {
  const lm = await openStories();
  const d = lm.info.hiddenSize;
  const spec = tiedSpec(d, [units], {}, await rowScaleOf(lm.headRows(), d));
  await lm.close();
  const head = initHead(spec, randomStream(1, 'head'));
  const random = randomStream(2, 'head');
  for (const name of nets.map((net) => `${net}.1.weight`)) {
    head[name] = { ...head[name], data: head[name].data.map(() => random.normal() / 4) };
  }
  mkdirSync(join(directory, 'last'));
  writeFileSync(join(directory, 'last', 'head.safetensors'), encodeHead(head, spec));
  writeFileSync(join(directory, 'config.yaml'), config);
}
