import { isDeepStrictEqual } from 'node:util';
import type { LmConfig } from '../config/index.js';
import type { Lm } from '../lm/index.js';
import type { LmChoice } from '../reward/index.js';
import { type OpeningOptions, openConfiguredLm } from './configuredLm.js';

export interface LmPoolOptions extends Pick<OpeningOptions, 'onDownload' | 'signal'> {
  /** Threads of a model that is asked for without a number; default: the fastest of a short timing. */
  threads?: number;
}

/** A model and how many use it. */
interface Shared {
  lm: Promise<Lm>;
  users: number;
}

/** The language models of a run, each open once however many use it: the run's own, and those that its rewards ask. */
export class LmPool {
  private readonly shared = new Map<string, Shared>();
  /** How the run's own model is asked for. */
  readonly own: LmChoice;

  /**
   * @param run The run's own model, which is opened with the run's layers whoever asks first, unless for other layers.
   * @param open That model where it is open already: the pool never closes it.
   */
  constructor(
    private readonly run: LmConfig,
    private readonly options: LmPoolOptions = {},
    open?: Lm,
  ) {
    this.own = choiceOf(run);
    if (open) this.shared.set(this.keyOf(this.own), { lm: Promise.resolve(open), users: 1 });
  }

  /** Opens a model, or shares the one that is open; it is closed with the last that uses it. */
  async open(choice: LmChoice): Promise<Lm> {
    const key = this.keyOf(choice);
    const shared = this.shared.get(key) ?? this.load(key, choice);
    shared.users++;
    const lm = await shared.lm;
    let closed = false;
    const close = async () => {
      if (closed) return;
      closed = true;
      await this.release(key, shared);
    };
    return { ...lm, close };
  }

  private load(key: string, { id, dtype, languages, ...choice }: LmChoice): Shared {
    const { threads = this.options.threads, revision = 'main', device = 'cpu' } = choice;
    const layers = [...(choice.layers ?? (key === this.keyOf(this.own) ? this.run.layers : [-1]))];
    const { onDownload, signal } = this.options;
    const lm = openConfiguredLm(
      { id, dtype, languages, revision, device, threads, layers },
      { ...(onDownload ? { onDownload } : {}), ...(signal ? { signal } : {}) },
    );
    // The next that asks tries again.
    lm.catch(() => this.shared.delete(key));
    const shared = { lm, users: 0 };
    this.shared.set(key, shared);
    return shared;
  }

  private async release(key: string, shared: Shared): Promise<void> {
    shared.users--;
    if (shared.users > 0) return;
    this.shared.delete(key);
    await (await shared.lm).close();
  }

  /** Without layers, any will do: only who reads states asks for some. */
  private keyOf({ layers, ...choice }: LmChoice): string {
    const { id, dtype, languages, revision = 'main', device = 'cpu' } = choice;
    const { threads = this.options.threads } = choice;
    const { source, target } = languages ?? {};
    const model = JSON.stringify([id, dtype, revision, source, target, device, threads]);
    const same =
      layers === undefined || (isDeepStrictEqual(layers, this.run.layers) && model === this.keyOf(this.own));
    return same ? model : `${model} ${layers.join()}`;
  }
}

/** How a configured model is asked for. */
export function choiceOf({
  id,
  dtype,
  revision,
  languages,
  device,
  threads,
}: Omit<LmConfig, 'layers'>): LmChoice {
  return {
    ...{ id, revision, device },
    ...(dtype === undefined ? {} : { dtype }),
    ...(languages === undefined ? {} : { languages }),
    ...(threads === undefined ? {} : { threads }),
  };
}
