import { parentPort, workerData } from 'node:worker_threads';
import { InputError, messageOf } from '../../common/index.js';
import { LearnerCore } from './learnerCore.js';
import type { LearnerReply, LearnerRequest, ThreadOptions } from './learnerProtocol.js';

/** The learner's thread: answers requests one after the other. Started by `createLearner`. */
const port = parentPort;
if (!port) throw new Error('learnerThread runs as a worker thread');

const options: ThreadOptions = workerData;
const core = LearnerCore.create({ ...options, rows: { data: options.rows } });
let last: Promise<void> = reply(async () => ({ method: 'ready', backend: (await core).backend }));

port.on('message', (request: LearnerRequest) => {
  last = last.then(() => reply(async () => answer(await core, request)));
});

async function reply(make: () => Promise<LearnerReply>): Promise<void> {
  const message = await make().catch(failure);
  const replay = message.method === 'snapshot' ? message.state.replay.buffer : undefined;
  // A packed replay is handed over, not copied: it may be most of the memory there is.
  port?.postMessage(message, replay instanceof ArrayBuffer ? [replay] : []);
}

async function answer(learner: LearnerCore, request: LearnerRequest): Promise<LearnerReply> {
  switch (request.method) {
    case 'learn':
      return { method: 'learn', report: await learner.learn(request.batch, request.iteration, request.at) };
    case 'snapshot':
      return { method: 'snapshot', state: await learner.snapshot() };
    case 'restore':
      learner.restore(request.state);
      return { method: 'restore', candidates: learner.candidates };
  }
}

function failure(error: unknown): LearnerReply {
  return { method: 'failed', message: messageOf(error), isInput: error instanceof InputError };
}
