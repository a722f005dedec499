import { join } from 'node:path';
import type { TeacherSpec } from '../../config/index.js';
import type { LmPool } from '../../sample/index.js';
import type { Watch } from '../observer.js';
import { rewardContext } from '../text/setup.js';
import type { DistillRunConfig } from './distillRun.js';
import { ANSWERS } from './files.js';
import { openTeacher, type Teacher } from './teacher.js';

/** Who is asked in a distillation, each opened once, so that a budget holds for all of it. */
export interface Judges {
  /** Missing where it is a file. */
  teacher: Teacher | undefined;
  /** Who compares the student with its base: the teacher, unless another one is named. */
  judge: Teacher | undefined;
  close(): Promise<void>;
}

/** Opens the teacher and the judge of a configuration. @throws InputError where {@link openTeacher} does. */
export async function openJudges(
  { distill }: DistillRunConfig,
  out: string,
  pool: LmPool,
  watch: Watch,
): Promise<Judges> {
  const { teacher: spec, judge: named } = distill;
  const context = rewardContext(pool, watch);
  const teacher = spec.type === 'file' ? undefined : await openTeacher(withCache(spec, out), context);
  const other = typeof named === 'string' ? { type: named } : named;
  try {
    const judge = other ? await openTeacher(withCache(other, out), context) : teacher;
    if (!judge) {
      watch.observer.note?.(
        'the teacher is a file, so nobody judges the student: name a reward as distill.judge',
      );
    }
    return {
      teacher,
      judge,
      async close() {
        await teacher?.close();
        if (judge !== teacher) await judge?.close();
      },
    };
  } catch (error) {
    await teacher?.close();
    throw error;
  }
}

/** A teacher elsewhere whose answers are kept in a distillation's directory, unless it names a file for them. */
function withCache(spec: TeacherSpec, out: string): TeacherSpec {
  const isRemote = spec.type === 'judge' || spec.type === 'http';
  return isRemote ? { cache: join(out, ANSWERS), ...spec } : spec;
}
