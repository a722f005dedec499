import type { RemoteFailure } from '../failure.js';
import { HIGHEST, LOWEST, type Question, type Verdict } from './questions.js';

/** How a server takes what not all of them take. */
export interface Dialect {
  /** How it is told the form of the answer, from the strictest way on. */
  format: 'json_schema' | 'json_object' | 'none';
  tokenLimit: 'max_tokens' | 'max_completion_tokens';
  temperature: boolean;
  seed: boolean;
}

/** What is tried first. */
export const FULL_DIALECT: Dialect = {
  format: 'json_schema',
  tokenLimit: 'max_tokens',
  temperature: true,
  seed: true,
};

/** What decides an answer besides the question. */
export interface ChatSettings {
  model: string;
  maxTokens: number;
  seed: number | undefined;
  reason: boolean;
}

/** The body of a chat request, at temperature 0. */
export function chatBody({ verdict, messages }: Question, settings: ChatSettings, dialect: Dialect): object {
  const { model, maxTokens, seed, reason } = settings;
  const format = responseFormat(verdict, reason, dialect);
  return {
    model,
    messages,
    ...(dialect.temperature ? { temperature: 0 } : {}),
    [dialect.tokenLimit]: maxTokens,
    ...(seed !== undefined && dialect.seed ? { seed } : {}),
    ...(format === undefined ? {} : { response_format: format }),
  };
}

/**
 * How to speak to a server that refused a request.
 * @returns Undefined when it did not refuse it for its dialect.
 */
export function plainerDialect(dialect: Dialect, failure: RemoteFailure): Dialect | undefined {
  const { status, body = '' } = failure.details;
  if (status !== 400 && status !== 422) return undefined;
  if (/response_?format|json_?schema|json_?object|structured|guided|grammar/i.test(body)) {
    if (dialect.format === 'json_schema') return { ...dialect, format: 'json_object' };
    if (dialect.format === 'json_object') return { ...dialect, format: 'none' };
  }
  if (dialect.tokenLimit === 'max_tokens' && body.includes('max_completion_tokens')) {
    return { ...dialect, tokenLimit: 'max_completion_tokens' };
  }
  if (dialect.temperature && body.includes('temperature')) return { ...dialect, temperature: false };
  if (dialect.seed && /\bseed\b/.test(body)) return { ...dialect, seed: false };
  return undefined;
}

function responseFormat(verdict: Verdict, reason: boolean, { format }: Dialect): object | undefined {
  if (format === 'none') return undefined;
  if (format === 'json_object') return { type: 'json_object' };
  // The reason comes first: what is written before the verdict is thought about.
  const properties = { ...(reason ? { reason: { type: 'string' } } : {}), [verdict]: valueSchema(verdict) };
  const schema = {
    type: 'object',
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  return { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema } };
}

/** Not all servers know `minimum` and `maximum`, but all know `enum`. */
function valueSchema(verdict: Verdict): object {
  if (verdict === 'winner') return { type: 'string', enum: ['A', 'B', 'tie'] };
  return { type: 'integer', enum: Array.from({ length: HIGHEST - LOWEST + 1 }, (_, i) => LOWEST + i) };
}
