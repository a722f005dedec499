import { z } from 'zod';
import { treeUrl } from './endpoint.js';
import { causeOf, HubFailure } from './failure.js';
import { follow, refuseUnlessMissing } from './follow.js';
import { staysInside } from './names.js';
import type { HubRepository } from './types.js';

/** The hub gives a thousand entries a page. */
const MOST_PAGES = 1000;

const Page = z.array(z.object({ type: z.string(), path: z.string() }));

/**
 * The paths of all files of a repository.
 * @returns Undefined where there is no such repository.
 * @throws HubFailure when the hub cannot be reached or refuses.
 */
export async function listFiles(
  repository: HubRepository,
  signal: AbortSignal | undefined,
): Promise<string[] | undefined> {
  const files: string[] = [];
  const first = treeUrl(repository);
  let url = first;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { response } = await follow(repository, url, { method: 'GET', signal: signal ?? null });
    if (!response.ok) {
      await response.body?.cancel();
      refuseUnlessMissing(repository, url, response);
      return undefined;
    }
    const entries = await pageOf(response, url);
    files.push(...entries.filter(({ type }) => type === 'file').map(({ path }) => path));
    const query = nextQuery(response.headers.get('link'));
    // What the hub calls a file must not lead out of the cache.
    if (query === undefined) return files.filter(staysInside);
    // A mirror may pass on the hub's own address: only what stands behind it matters.
    url = new URL(query, first);
  }
  throw new HubFailure(`${first} lists more than ${MOST_PAGES} pages of files: name the file itself`, false);
}

async function pageOf(response: Response, url: URL): Promise<z.output<typeof Page>> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw new HubFailure(`${url}: the answer broke off (${causeOf(error)}): try again`, true);
  }
  try {
    return Page.parse(JSON.parse(text));
  } catch {
    throw new HubFailure(`${url} answers with something else than a list of files: try again later`, false);
  }
}

/** The query of the next page, of a `Link` header. */
function nextQuery(link: string | null): string | undefined {
  const next = /<([^>]+)>\s*;\s*rel="next"/.exec(link ?? '')?.[1];
  return next !== undefined && URL.canParse(next) ? new URL(next).search : undefined;
}
