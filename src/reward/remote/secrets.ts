import { InputError } from '../../common/index.js';
import { isRecord } from '../../config/index.js';

/** What stands for an environment variable in the value of a header. */
export const PLACEHOLDER = /\$\{([A-Za-z_]\w*)\}/g;
const VARIABLE = /^[A-Za-z_]\w*$/;
/** Names under which keys are pasted: as parameters, as headers, and in the query of an address. */
const SECRET_NAME =
  /\bauth\b|authori[sz]ation|(api|access)[-_]?key|^key$|token$|secret|password|cookie|credential/i;
/** What may stand beside a placeholder in such a header: `Bearer ${NAME}`. */
const SCHEME = /^[A-Za-z]{0,12}$/;
/** The beginnings of the keys of well-known services. */
const KEY = /\b((sk|pk|rk|hf|gsk|xai|ghp|gho|xox[abp])[-_]|AKIA|AIza|eyJ)[\w-]{16}/;
/** What no variable is called. */
const KEY_LIKE_NAME = /^(?=.*\d)(?=.*[a-z]).{20}/;

/**
 * Refuses a key that was pasted into a configuration, which is saved with its run. Looks at what was given before
 * anything else does, for other messages show the values that they blame.
 * @param what Of whom, for the message: `the 'judge' reward`.
 * @throws InputError that says how to do it instead, and shows no value.
 */
export function refuseSecrets(parameters: unknown, what: string): void {
  if (!isRecord(parameters)) return;
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue;
    if (name === 'headers') refuseInHeaders(value, what);
    else if (name === 'keyEnv') refuseInName(value, what);
    else if (name === 'url' || name === 'baseUrl') refuseInAddress(name, value, what);
    else if (SECRET_NAME.test(name) && typeof value === 'string') {
      throw new InputError(
        `${what}: a configuration is saved with its run, so it takes no '${name}': put the key into an environment ` +
          "variable and name that, as in 'keyEnv: MY_KEY'",
      );
    }
  }
}

function refuseInName(value: unknown, what: string): void {
  if (typeof value === 'string' && VARIABLE.test(value) && !KEY.test(value) && !KEY_LIKE_NAME.test(value)) {
    return;
  }
  throw new InputError(
    `${what}: 'keyEnv' is the name of the environment variable that holds the key, such as OPENAI_API_KEY, ` +
      'and not the key itself',
  );
}

function refuseInHeaders(headers: unknown, what: string): void {
  if (!isRecord(headers) || Object.values(headers).some((value) => typeof value !== 'string')) {
    throw new InputError(`${what}: 'headers' is a mapping of names to texts`);
  }
  for (const [name, value] of Object.entries(headers)) {
    const rest = String(value).replaceAll(PLACEHOLDER, '').trim();
    const secret = SECRET_NAME.test(name) && (rest === value || !SCHEME.test(rest));
    if (!secret && !KEY.test(rest)) continue;
    throw new InputError(
      `${what}: a configuration is saved with its run, so the header '${name}' may hold no key: put the key into an ` +
        `environment variable and write '${name}: ${/^bearer\b/i.test(rest) ? 'Bearer ' : ''}\${MY_KEY}'`,
    );
  }
}

function refuseInAddress(name: string, value: unknown, what: string): void {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new InputError(`${what}: '${name}' must be a web address such as https://example.org/score`);
  }
  const inQuery = [...url.searchParams].some(([key, text]) => SECRET_NAME.test(key) || KEY.test(text));
  if (url.username === '' && url.password === '' && !inQuery) return;
  throw new InputError(
    `${what}: '${name}' holds a password or a key: put it into an environment variable and send it as a header, as in ` +
      `'headers: {Authorization: Bearer \${MY_KEY}}'`,
  );
}
