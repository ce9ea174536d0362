import { describe, expect, it } from 'vitest';
import { nodePath, parseRoute, profilePath } from '../../../collector/web/state/route.ts';

describe('parseRoute', () => {
  it('knows the pages', () => {
    expect(parseRoute('/')).toEqual({ page: 'map' });
    expect(parseRoute('/nodes')).toEqual({ page: 'map' });
    expect(parseRoute('/profiles')).toEqual({ page: 'profiles' });
    expect(parseRoute('/commands/c1')).toEqual({ page: 'command', id: 'c1' });
  });

  it('reads back the paths that it writes, whatever the name', () => {
    for (const name of ['n001', 'n1.cluster.local', 'ä/ b?#%']) {
      expect(parseRoute(nodePath(name))).toEqual({ page: 'node', name });
      expect(parseRoute(profilePath(name))).toEqual({ page: 'profile', id: name });
    }
  });

  it('says when a path names no page', () => {
    expect(parseRoute('/nodes/%')).toEqual({ page: 'unknown' });
    expect(parseRoute('/nodes/a/b')).toEqual({ page: 'unknown' });
    expect(parseRoute('/other')).toEqual({ page: 'unknown' });
  });
});
