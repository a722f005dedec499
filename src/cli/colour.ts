import pc from 'picocolors';

/** Colours for what goes to a stream: on a terminal, or where `FORCE_COLOR` asks for them; `CI` alone does not. */
function colours(stream: NodeJS.WriteStream): ReturnType<typeof pc.createColors> {
  const wanted = stream.isTTY === true || process.env['FORCE_COLOR'] !== undefined;
  return pc.createColors(pc.isColorSupported && wanted);
}

/** For stdout. */
export const colour = colours(process.stdout);
/** For stderr. */
export const errorColour = colours(process.stderr);
