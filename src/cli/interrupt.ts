/**
 * An abort signal that fires on Ctrl-C or SIGTERM, so that work can be saved. A second Ctrl-C leaves at once.
 * @param onFirst Tells the user that the first was heard.
 */
export function interruptSignal(onFirst: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(130);
    onFirst();
    controller.abort();
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', handle);
      process.off('SIGTERM', handle);
    },
  };
}
