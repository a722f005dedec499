import { createActor, denseRows, HeadRuntime } from '../agent/index.js';
import { InputError } from '../common/index.js';
import type { Actor, RolloutOptions, TextEpisode } from '../env/index.js';
import type { Lm } from '../lm/index.js';
import { type DownloadOptions, openConfiguredLm } from './configuredLm.js';
import { episodeText, generateEpisodes } from './episodes.js';
import { filtered } from './filters.js';
import { type TextPrompt, tokenizePrompts } from './prompts.js';
import { openRun, type TrainedTextRun, textRunOf } from './run.js';
import { TextStream } from './textStream.js';

export interface SampleOptions {
  /** Completions per prompt; default 1. */
  n?: number;
  /** Weight of the advantage; default: the run's calibrated one. 0 is the base policy. */
  beta?: number;
  /** Default: the run's `env.maxNewTokens`. */
  maxNewTokens?: number;
  /** Temperature of the base policy that is steered; 0 takes the likeliest token. Default: the run's. */
  temperature?: number;
  /** Sample among so many likeliest tokens; at most the run's `env.topK`. */
  topK?: number;
  /** Nucleus sampling: among the likeliest tokens whose probabilities reach this sum. */
  topP?: number;
  /** Texts that end a completion, besides the run's own. */
  stop?: readonly string[];
  /** Default 0. */
  seed?: number;
  /** Called with pieces of text as they are generated; `sequence` is `prompt * n + sample`. */
  onText?: (text: string, sequence: number) => void;
  signal?: AbortSignal;
}

/** How {@link Sampler.episodes} generates: token by token instead of text by text. */
export type EpisodeOptions = Omit<SampleOptions, 'onText'> & Pick<RolloutOptions, 'onToken'>;

/** What `tokenq sample --json` prints of one completion. */
export interface Sample {
  prompt: string;
  completion: string;
  /** Generated tokens. */
  tokens: number;
  finishReason: 'stop' | 'length';
}

/** Sequences that are generated at once. */
const BATCH = 128;

/** Generates text with a trained head. */
export class Sampler {
  private constructor(
    readonly run: TrainedTextRun,
    readonly lm: Lm,
    readonly head: HeadRuntime,
  ) {}

  /**
   * Opens a run's directory with the language model that it was trained on.
   * @param checkpoint `last` (default), `best` or a step's number.
   * @param options for a model that must be downloaded first
   */
  static async open(directory: string, checkpoint?: string, options?: DownloadOptions): Promise<Sampler> {
    const run = textRunOf(openRun(directory, checkpoint));
    const lm = await openConfiguredLm(run.config.lm, options);
    if (lm.info.stateSize !== run.spec.stateSize) {
      await lm.close();
      throw new InputError(
        `the head of ${directory} was trained on a model with states of ${run.spec.stateSize} numbers, but ${lm.info.id} ` +
          `has ${lm.info.stateSize}: the model at this place is another one`,
      );
    }
    const rows = run.spec.type === 'tied' ? await lm.headRows() : denseRows(run.spec.actionSize);
    return new Sampler(run, lm, await HeadRuntime.create(run.tensors, run.spec, rows));
  }

  /** The guided policy at a beta. */
  actorAt(beta: number): Actor {
    return createActor(this.head, { type: 'guided', beta });
  }

  /**
   * Completes every prompt `n` times; those of a prompt side by side.
   * @throws InputError when a prompt is empty or does not fit the context.
   */
  async sample(texts: readonly (string | TextPrompt)[], options: SampleOptions = {}): Promise<Sample[]> {
    const { n = 1, maxNewTokens = this.run.config.env.maxNewTokens, onText } = options;
    const prompts = texts.map((text, id) =>
      typeof text === 'string' ? this.prompt(text, id, maxNewTokens) : text,
    );
    const perBatch = Math.max(1, Math.floor(BATCH / n));
    const samples: Sample[] = [];
    for (let start = 0; start < prompts.length; start += perBatch) {
      const some = prompts.slice(start, start + perBatch);
      const shifted = onText && ((text: string, sequence: number) => onText(text, start * n + sequence));
      samples.push(
        ...(await this.sampleBatch(some, { ...options, ...(shifted ? { onText: shifted } : {}) })),
      );
    }
    return samples;
  }

  /** Tokenises one text. @throws InputError when it is empty or does not fit the context. */
  prompt(text: string, id: number, maxNewTokens: number): TextPrompt {
    const [prompt] = tokenizePrompts(
      this.lm,
      [{ prompt: text, row: {}, line: id + 1 }],
      maxNewTokens,
      'prompt',
    );
    return { ...prompt, id };
  }

  /** The episodes behind {@link sample}, in one batch: the same options and seed make the same tokens. */
  async episodes(prompts: readonly TextPrompt[], options: EpisodeOptions = {}): Promise<TextEpisode[]> {
    const { env } = this.run.config;
    const { n = 1, beta = this.run.beta, maxNewTokens = env.maxNewTokens, seed = 0 } = options;
    const { temperature = env.temperature, onToken, signal } = options;
    if (options.topK !== undefined && options.topK > env.topK) {
      throw new InputError(
        `top-k ${options.topK} is more than the ${env.topK} candidates of this run (env.topK)`,
      );
    }
    const greedy = temperature === 0;
    const actor = filtered(this.actorAt(beta), { topK: greedy ? 1 : options.topK, topP: options.topP });
    const settings = {
      ...env,
      maxNewTokens,
      temperature: greedy ? env.temperature : temperature,
      stop: this.stopTexts(options),
    };
    return generateEpisodes(this.lm, prompts, actor, settings, {
      samples: n,
      seed,
      purpose: 'sample',
      iteration: 0,
      ...(onToken ? { onToken } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  private stopTexts({ stop = [] }: Pick<SampleOptions, 'stop'>): string[] {
    return [...this.run.config.env.stop, ...stop];
  }

  private async sampleBatch(prompts: readonly TextPrompt[], options: SampleOptions): Promise<Sample[]> {
    const { n = 1, onText } = options;
    const stop = this.stopTexts(options);
    const env = { ...this.run.config.env, stop };
    const streams = prompts.flatMap(() => Array.from({ length: n }, () => new TextStream(this.lm, stop)));
    // A choice is made at once: its text is all there is to show.
    const streamed = onText && !env.actions;
    const episodes = await this.episodes(prompts, {
      ...options,
      ...(streamed ? { onToken: (sequence, token) => onText(streams[sequence].push(token), sequence) } : {}),
    });
    const completions = episodes.map((episode) => episodeText(this.lm, env, episode));
    completions.forEach((completion, sequence) => {
      onText?.(streamed ? streams[sequence].end() : completion, sequence);
    });
    return episodes.map(({ prompt, tokens, finishReason }, i) => ({
      prompt: prompts[prompt].text,
      completion: completions[i],
      tokens: tokens.length,
      finishReason,
    }));
  }

  async close(): Promise<void> {
    await this.head.release();
    await this.lm.close();
  }
}
