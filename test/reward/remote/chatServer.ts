import { z } from 'zod';
import { type Handler, type JsonServer, type Reply, startJsonServer } from './jsonServer.js';

const chatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  temperature: z.number().optional(),
  seed: z.number().optional(),
  response_format: z.looseObject({ type: z.string() }).optional(),
});

const material = z.object({
  prompt: z.string().optional(),
  messages: z.array(z.unknown()).optional(),
  response: z.string().optional(),
  A: z.string().optional(),
  B: z.string().optional(),
});

/** A chat request, and what a judge is shown in it. */
export interface ChatRequest extends z.output<typeof chatRequest> {
  material: z.output<typeof material>;
  authorization: string | undefined;
  path: string;
}

/** An OpenAI-compatible chat endpoint at `address` + `/v1`, whose answers the test gives. */
export function startChatServer(
  answer: (request: ChatRequest, index: number) => Reply | Promise<Reply>,
): Promise<JsonServer> {
  const handler: Handler = ({ path, headers, body }, index) => {
    if (path !== '/v1/chat/completions')
      return { status: 404, body: '{"error": {"message": "no such path"}}' };
    return answer({ ...readChatRequest(body), authorization: headers.authorization, path }, index);
  };
  return startJsonServer(handler);
}

/** The body of a chat request, as a judge sends it. */
export function readChatRequest(body: unknown): Omit<ChatRequest, 'authorization' | 'path'> {
  const request = chatRequest.parse(body);
  // A question that is asked again has a reminder behind the material.
  const [json = ''] = (request.messages.at(-1)?.content ?? '').split('\n\n', 1);
  return { ...request, material: material.parse(JSON.parse(json)) };
}

/** A chat answer. @param more Of the message and the choice, and `usage`. */
export function chat(
  content: string | null,
  more: { refusal?: string; finish?: string; usage?: [input: number, output: number]; delay?: number } = {},
): Reply {
  const { refusal, finish = 'stop', usage, delay } = more;
  const message = { role: 'assistant', content, ...(refusal === undefined ? {} : { refusal }) };
  return {
    json: {
      id: 'chat-1',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: finish, message }],
      ...(usage
        ? {
            usage: {
              prompt_tokens: usage[0],
              completion_tokens: usage[1],
              total_tokens: usage[0] + usage[1],
            },
          }
        : {}),
    },
    ...(delay === undefined ? {} : { delay }),
  };
}

/** A judge's score. */
export function verdict(score: unknown, usage?: [input: number, output: number]): Reply {
  return chat(JSON.stringify({ score }), usage ? { usage } : {});
}
