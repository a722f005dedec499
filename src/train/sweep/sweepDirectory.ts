import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { explainWriteError, InputError, lockDirectory, writeFileWhole } from '../../common/index.js';
import { isRecord, validate } from '../../config/index.js';
import type { Definition } from './plan.js';

const DEFINITION = 'sweep.json';
const RESULTS = 'results.json';

/** What a trial came to at the end of one part of it: at a rung, or at its last step. */
const partResult = z.strictObject({
  /** Steps done. */
  steps: z.number().int(),
  seconds: z.number(),
  reward: z.number(),
  klPerToken: z.number().optional(),
  /** True at a rung, false at the end. */
  paused: z.boolean(),
});
export type PartResult = z.output<typeof partResult>;

const resultsSchema = z.record(z.string(), z.array(partResult));

/**
 * A sweep's directory: `sweep.json` (its definition), `results.json` (what is done), `configs/NAME.yaml`,
 * `logs/NAME.log` and `trials/NAME/` of each trial, and at the end `results.csv`, `table.md` and `report.html`. One
 * process at a time may write to it.
 */
export class SweepDirectory {
  private constructor(
    readonly path: string,
    private readonly results: Map<string, PartResult[]>,
    readonly unlock: () => void,
  ) {}

  /**
   * Opens a sweep's directory, new or as an interrupted sweep left it.
   * @throws InputError when it holds another sweep or something else, or is in use.
   */
  static open(path: string, definition: Definition): SweepDirectory {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw explainWriteError(error, path);
    }
    const unlock = lockDirectory(path);
    try {
      claim(path, definition);
      return new SweepDirectory(path, readResults(join(path, RESULTS)), unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  }

  file(...names: string[]): string {
    return join(this.path, ...names);
  }

  /** The run directory of a trial. */
  trial(name: string): string {
    return this.file('trials', name);
  }

  /** What a trial came to so far, in the order of its parts. */
  resultsOf(trial: string): readonly PartResult[] {
    return this.results.get(trial) ?? [];
  }

  record(trial: string, result: PartResult): void {
    this.results.set(trial, [...this.resultsOf(trial), result]);
    this.write(RESULTS, JSON.stringify(Object.fromEntries(this.results), null, 1));
  }

  write(name: string, contents: string): void {
    writeFileWhole(this.file(name), contents);
  }
}

/** Writes the definition, or compares it with the one that is there. */
function claim(path: string, definition: Definition): void {
  const file = join(path, DEFINITION);
  if (!existsSync(file)) {
    const [other] = readdirSync(path).filter((name) => !name.startsWith('.'));
    if (other !== undefined) {
      throw new InputError(`${path} holds no sweep, but ${other}: choose another --out`);
    }
    writeFileWhole(file, `${JSON.stringify(definition, null, 2)}\n`);
    return;
  }
  // As it would be read back: undefined values are gone.
  const now: unknown = JSON.parse(JSON.stringify(definition));
  const difference = firstDifference(readJson(file), now);
  if (difference) {
    throw new InputError(
      `${path} holds another sweep (${difference}): repeat that one, or choose another --out`,
    );
  }
}

/** The first place where two JSON documents differ, in words; undefined when there is none. */
export function firstDifference(there: unknown, here: unknown, path = ''): string | undefined {
  if (isRecord(there) && isRecord(here)) {
    const keys = new Set([...Object.keys(there), ...Object.keys(here)]);
    for (const key of keys) {
      const difference = firstDifference(there[key], here[key], path ? `${path}.${key}` : key);
      if (difference) return difference;
    }
    return undefined;
  }
  const [before, now] = [there, here].map((value) => JSON.stringify(value) ?? 'not set');
  return before === now ? undefined : `its ${path} is ${before}, and now ${now}`;
}

function readResults(path: string): Map<string, PartResult[]> {
  if (!existsSync(path)) return new Map();
  return new Map(Object.entries(validate(resultsSchema, readJson(path), path)));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new InputError(`${path} is damaged: choose another --out`);
  }
}
