import { createActor, denseRows, HeadRuntime } from '../agent/index.js';
import { InputError } from '../common/index.js';
import type { TextEnvConfig } from '../config/index.js';
import type { Actor, DialogueOptions, RolloutOptions, TextEpisode } from '../env/index.js';
import {
  type ChatMessage,
  checkSamplingOptions,
  type Lm,
  type LogitsProcessor,
  logitsProcessorOf,
} from '../lm/index.js';
import { answerTexts, conversation, saidBetween, transcript } from './answers.js';
import { type OpeningOptions, openConfiguredLm } from './configuredLm.js';
import { generateEpisodes } from './episodes.js';
import { filtered } from './filters.js';
import { type CompletionOptions, samplingOptions } from './options.js';
import { type TextPrompt, textPrompt } from './prompts.js';
import { openRun, type TrainedTextRun, textRunOf } from './run.js';
import { TextStream } from './textStream.js';

/** How a run's texts are completed; as {@link CompletionOptions}, where nothing else is said. */
export interface SampleOptions extends CompletionOptions {
  /** Weight of the advantage; default: the run's calibrated one. 0 is the base policy. */
  beta?: number;
  /** Of each answer. Default: the run's `env.maxNewTokens`. */
  maxNewTokens?: number;
  /** Temperature of the base policy that is steered; 0 takes the likeliest token. Default: the run's. */
  temperature?: number;
  /** Sample among so many likeliest tokens of the steered policy; at most the run's `env.topK`, which is the default. */
  topK?: number;
  /** Texts that end a completion, besides the run's own. */
  stop?: readonly string[];
}

/** How {@link Sampler.episodes} generates: token by token instead of text by text. */
export type EpisodeOptions = Omit<SampleOptions, 'onText'> &
  Pick<RolloutOptions, 'onToken' | 'recorded'> &
  Pick<DialogueOptions, 'onFollowUp'>;

/** What `tokenq sample --json` prints of one completion. */
export interface Sample {
  prompt: string;
  /** Of a dialogue, its answers with what was said between them. */
  completion: string;
  /** The whole conversation with its answers, of a chat. */
  messages?: readonly ChatMessage[];
  /** Generated tokens. */
  tokens: number;
  /** Of a dialogue, its last answer's. */
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
   * @param options for a model that must be downloaded first, or run on another device
   */
  static async open(directory: string, checkpoint?: string, options?: OpeningOptions): Promise<Sampler> {
    const run = textRunOf(openRun(directory, checkpoint));
    const lm = await openConfiguredLm(run.config.lm, options);
    if (lm.info.stateSize !== run.spec.stateSize) {
      await lm.close();
      throw new InputError(
        `the head of ${directory} was trained on a model with states of ${run.spec.stateSize} numbers, but ${lm.info.id} ` +
          `has ${lm.info.stateSize}: the model at this place is another one`,
      );
    }
    const rows = run.spec.type === 'tied' ? lm.headRows() : denseRows(run.spec.actionSize);
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
    return textPrompt(this.lm, text, id, maxNewTokens, this.run.config.env.turns);
  }

  /** The episodes behind {@link sample}, in one batch: the same options and seed make the same tokens. */
  async episodes(prompts: readonly TextPrompt[], options: EpisodeOptions = {}): Promise<TextEpisode[]> {
    const { env } = this.run.config;
    const { n = 1, beta = this.run.beta, maxNewTokens = env.maxNewTokens, seed = 0 } = options;
    const { temperature = env.temperature, recorded = true, onToken, onFollowUp, signal } = options;
    const processLogits = this.processorOf(options);
    const greedy = temperature === 0;
    const actor = filtered(this.actorAt(beta), greedy ? { topK: 1 } : options);
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
      recorded,
      ...(processLogits ? { processLogits } : {}),
      ...(onToken ? { onToken } : {}),
      ...(onFollowUp ? { onFollowUp } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  /** What the options do to the base model's logits. @throws InputError for options that cannot be followed. */
  private processorOf(options: SampleOptions): LogitsProcessor | undefined {
    const { env } = this.run.config;
    const { topK = 0 } = options;
    const chosen = samplingOptions(this.lm, options);
    checkSamplingOptions(chosen);
    if (topK > env.topK) {
      throw new InputError(`top-k ${topK} is more than the ${env.topK} candidates of this run (env.topK)`);
    }
    const process = logitsProcessorOf(chosen);
    if (!process || !env.actions) return process;
    throw new InputError(
      'this run chooses among the actions of env.actions: leave out repetitionPenalty, noRepeatNgramSize and badWords',
    );
  }

  private stopTexts({ stop = [] }: Pick<SampleOptions, 'stop'>): string[] {
    return [...this.run.config.env.stop, ...stop];
  }

  private async sampleBatch(prompts: readonly TextPrompt[], options: SampleOptions): Promise<Sample[]> {
    const { n = 1, onText } = options;
    const stop = this.stopTexts(options);
    const env = { ...this.run.config.env, stop };
    const newStream = () => new TextStream(this.lm, stop);
    const streams = prompts.flatMap(() => Array.from({ length: n }, newStream));
    // A choice is made at once: its text is all there is to show.
    const streamed = onText && !env.actions;
    const episodes = await this.episodes(prompts, {
      ...options,
      recorded: false,
      ...(streamed
        ? {
            onToken: (sequence, token) => onText(streams[sequence].push(token), sequence),
            onFollowUp: (sequence, said) => {
              onText(streams[sequence].end() + saidBetween(said), sequence);
              streams[sequence] = newStream();
            },
          }
        : {}),
    });
    const samples = episodes.map((episode) => this.sampleOf(prompts[episode.prompt], episode, env));
    samples.forEach(({ completion }, sequence) => {
      onText?.(streamed ? streams[sequence].end() : completion, sequence);
    });
    return samples;
  }

  private sampleOf(prompt: TextPrompt, episode: TextEpisode, env: TextEnvConfig): Sample {
    const answers = answerTexts(this.lm, env, episode);
    return {
      prompt: prompt.text,
      completion: transcript(prompt, answers),
      ...(prompt.messages ? { messages: conversation(prompt, answers) } : {}),
      tokens: episode.tokens.length,
      finishReason: episode.finishReason,
    };
  }

  async close(): Promise<void> {
    await this.head.release();
    await this.lm.close();
  }
}
