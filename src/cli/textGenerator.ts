import type { TextEnvConfig } from '../config/index.js';
import { type Lm, type OpenLmOptions, openLm } from '../lm/index.js';
import {
  DEFAULT_NEW_TOKENS,
  type Sample,
  type SampleOptions,
  sampleLm,
  type TextPrompt,
} from '../sample/index.js';
import { errorColour } from './colour.js';
import { downloadDisplay } from './downloads.js';
import { openSampler } from './openSampler.js';

/** What `tokenq sample` generates with: a run's head on its language model, or a language model as it is. */
export interface TextGenerator {
  lm: Lm;
  env: Pick<TextEnvConfig, 'actions' | 'turns' | 'maxNewTokens'>;
  sample(prompts: readonly TextPrompt[], options: SampleOptions): Promise<Sample[]>;
  close(): Promise<void>;
}

/** Opens a run. */
export async function runGenerator(
  run: string,
  flags: Parameters<typeof openSampler>[1],
  signal: AbortSignal,
): Promise<TextGenerator> {
  const sampler = await openSampler(run, flags, signal);
  return {
    lm: sampler.lm,
    env: sampler.run.config.env,
    sample: (prompts, options) => sampler.sample(prompts, options),
    close: () => sampler.close(),
  };
}

/** Opens a language model, with its warnings; one that must be downloaded first shows how far it is. */
export async function lmGenerator(
  id: string,
  options: OpenLmOptions,
  signal: AbortSignal,
): Promise<TextGenerator> {
  const display = downloadDisplay();
  try {
    const lm = await openLm(id, {
      onDownload: (progress) => display.onDownload(progress),
      signal,
      ...options,
    });
    for (const warning of lm.info.warnings) {
      process.stderr.write(`${errorColour.yellow('warning')}: ${warning}\n`);
    }
    return {
      lm,
      env: { maxNewTokens: DEFAULT_NEW_TOKENS },
      sample: (prompts, options) => sampleLm(lm, prompts, options),
      close: () => lm.close(),
    };
  } finally {
    display.end();
  }
}
