import { describe, expect, it } from 'vitest';
import { resolveDistilling } from '../../../src/train/distill/resolve.js';

const TEACHER = { teacher: 'data/models/cosy' };

describe('resolveDistilling', () => {
  it("lays a method's own defaults under all that is given, whoever names the method", () => {
    const byFlag = resolveDistilling({
      ...TEACHER,
      method: 'offline',
      overrides: ['agent.target.expectile=0.7'],
    });
    expect(byFlag.agent.target).toMatchObject({ type: 'ilql', expectile: 0.7 });
    const bySet = resolveDistilling({ ...TEACHER, overrides: ['distill.method=offline', 'agent.lr=0.01'] });
    expect(bySet.agent).toMatchObject({ target: { type: 'ilql' }, returns: { type: 'episode' }, lr: 0.01 });
    const other = resolveDistilling({ ...TEACHER, method: 'preferences', overrides: [] });
    expect(other.agent.target.type).toBe('value');
  });

  it('needs a method and a teacher', () => {
    expect(() => resolveDistilling({ overrides: [] })).toThrow(/give --method and --teacher/);
    expect(() => resolveDistilling({ method: 'offline', overrides: [] })).toThrow(/'distill.teacher'/);
    expect(() => resolveDistilling({ ...TEACHER, method: 'other', overrides: [] })).toThrow(
      /'distill.method'/,
    );
  });
});
