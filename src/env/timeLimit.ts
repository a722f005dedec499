import { InputError } from '../common/index.js';

/** Truncates episodes after so many steps, as Gymnasium's TimeLimit, and refuses a step where none can be taken. */
export class TimeLimit {
  private taken = 0;
  private playing = false;

  /**
   * @param name The environment's, for messages.
   * @param actions How many actions there are.
   */
  constructor(
    private readonly name: string,
    private readonly actions: number,
    private readonly maxSteps: number,
  ) {}

  /** An episode begins. */
  begin(): void {
    this.taken = 0;
    this.playing = true;
  }

  /**
   * A step is about to be taken.
   * @throws InputError outside an episode, and on an action that does not exist.
   */
  take(action: number): void {
    if (!this.playing) throw new InputError(`no episode of '${this.name}' is going on: reset it first`);
    if (!Number.isInteger(action) || action < 0 || action >= this.actions) {
      throw new InputError(`'${this.name}' has actions 0 to ${this.actions - 1}, not ${action}`);
    }
    this.taken++;
  }

  /** How the step ended. Both are true when the last step that the limit allows terminates the episode. */
  ends(terminated: boolean): { terminated: boolean; truncated: boolean } {
    const truncated = this.taken >= this.maxSteps;
    this.playing = !terminated && !truncated;
    return { terminated, truncated };
  }
}
