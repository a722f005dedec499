import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { InputError } from '../../common/index.js';
import type { Trajectory } from '../../replay/index.js';
import type { Learner, LearnerOptions } from '../types.js';
import type { LearnerFailure, LearnerReply, LearnerRequest, ThreadOptions } from './learnerProtocol.js';

/** An answer that is not a failure. */
type Answer = Exclude<LearnerReply, LearnerFailure>;

/** Someone waiting for the thread's next answer. */
interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

/**
 * Starts a learner in a worker thread. It computes while this thread does other things; calls are answered in order.
 * An error in the thread rejects the call that met it; the end of the thread rejects all that wait, and later ones.
 * @throws InputError when the backend asked for does not load, `initial` does not fit `spec`, or the replay not the target.
 */
export async function createLearner(options: LearnerOptions): Promise<Learner> {
  const thread = new LearnerThread(options);
  const inTurn = queue();
  try {
    const { backend } = await thread.ready;
    return {
      backend,
      learn: (batch, iteration, at = {}) =>
        inTurn(async () => {
          for (const { candidates } of batch) await options.rows.load(candidates);
          const compacted = batch.map(compact);
          return (await thread.ask({ method: 'learn', batch: compacted, iteration, at }, 'learn')).report;
        }),
      snapshot: () => inTurn(async () => (await thread.ask({ method: 'snapshot' }, 'snapshot')).state),
      restore: (state) =>
        inTurn(async () => {
          const { candidates } = await thread.ask({ method: 'restore', state }, 'restore');
          await options.rows.load(candidates);
        }),
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

/** Makes calls one after the other: each begins when the one before it has ended, well or not. */
function queue(): <T>(call: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (call) => {
    const ended = last.then(call, call);
    last = ended;
    return ended;
  };
}

/** The worker thread, and those who wait for its answers. */
class LearnerThread {
  readonly ready: Promise<Extract<Answer, { method: 'ready' }>>;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #ended: Error | undefined;

  constructor(options: LearnerOptions) {
    const started: ThreadOptions = { ...options, rows: options.rows.data };
    this.#worker = new Worker(threadFile(), { workerData: started });
    this.#worker.on('message', (reply: LearnerReply) => this.#answer(reply));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', (code) => this.#end(new Error(`the learner's thread ended (exit code ${code})`)));
    this.ready = this.#next('ready');
  }

  ask<M extends LearnerRequest['method']>(
    request: Extract<LearnerRequest, { method: M }>,
    method: M,
  ): Promise<Extract<Answer, { method: M }>> {
    const answer = this.#next(method);
    if (!this.#ended) this.#worker.postMessage(request);
    return answer;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  async #next<M extends Answer['method']>(method: M): Promise<Extract<Answer, { method: M }>> {
    const answer = await new Promise<Answer>((resolve, reject) => {
      if (this.#ended) reject(this.#ended);
      else this.#waiting.push({ resolve, reject });
    });
    if (!isAnswer(answer, method)) throw new Error(`the learner's thread answered ${answer.method}`);
    return answer;
  }

  #answer(reply: LearnerReply): void {
    const waiting = this.#waiting.shift();
    if (reply.method !== 'failed') waiting?.resolve(reply);
    else waiting?.reject(reply.isInput ? new InputError(reply.message) : new Error(reply.message));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}

function isAnswer<M extends Answer['method']>(
  answer: Answer,
  method: M,
): answer is Extract<Answer, { method: M }> {
  return answer.method === method;
}

/** The compiled thread: a worker needs a file that Node.js runs as it is, even when this one runs from its source. */
function threadFile(): string {
  return createRequire(import.meta.url).resolve('#learner-thread');
}

/** A trajectory whose arrays have buffers of their own: posting a view of a larger buffer would copy all of it. */
function compact(trajectory: Trajectory): Trajectory {
  const { states, teacher } = trajectory;
  return {
    ...trajectory,
    ...(teacher ? { teacher: ownedFloats(teacher) } : {}),
    states: 'bits' in states ? states : ownedFloats(states),
    candidates: ownedInts(trajectory.candidates),
    taken: ownedInts(trajectory.taken),
    reference: ownedFloats(trajectory.reference),
    behaviour: ownedFloats(trajectory.behaviour),
    rewards: ownedFloats(trajectory.rewards),
    kl: ownedFloats(trajectory.kl),
  };
}

function ownedFloats(array: Float32Array): Float32Array {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}

function ownedInts(array: Int32Array): Int32Array {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}
