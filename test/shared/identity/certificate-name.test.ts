import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { certifiedNameOf, subjectUris } from '../../../shared/identity/certificate-name.ts';
import { readValues } from '../../../shared/identity/der-reader.ts';
import { type Identity, type LeafWish, TestAuthority } from '../../collector/grpc/certificates.ts';

const name = { cluster: 'test', node: 'n001.cluster', epoch: '0123456789abcdef' };
const uri = 'jidi://test/node/n001.cluster/0123456789abcdef';
let authority: TestAuthority;
beforeAll(async () => {
  authority = await TestAuthority.create();
});

const der = ({ cert }: Identity): Buffer => new X509Certificate(cert).raw;
const issued = async (names: LeafWish['names']) => der(await authority.issue({ names }));

describe('the name in a certificate', () => {
  test('is its one URI', async () => {
    const bytes = await issued([{ type: 'url', value: uri }]);
    expect(certifiedNameOf(bytes)).toEqual(name);
    expect(subjectUris(bytes)).toEqual([uri]);
  });

  test('may stand beside names of other kinds, whatever is in them', async () => {
    const bytes = await issued([
      { type: 'dns', value: 'a, URI:jidi://test/node/other/0123456789abcdef' },
      { type: 'email', value: 'URI:jidi://test/node/other/0123456789abcdef' },
      { type: 'url', value: uri },
      { type: 'ip', value: '10.0.0.1' },
    ]);
    expect(certifiedNameOf(bytes)).toEqual(name);
  });

  test.each<[string, LeafWish['names']]>([
    ['none', []],
    ['only a DNS name', [{ type: 'dns', value: 'n001' }]],
    [
      'two URIs',
      [
        { type: 'url', value: uri },
        { type: 'url', value: 'jidi://test/node/other/0123456789abcdef' },
      ],
    ],
    [
      'a foreign URI beside it',
      [
        { type: 'url', value: uri },
        { type: 'url', value: 'https://example.org/' },
      ],
    ],
    [
      'a comma and another name',
      [{ type: 'url', value: `${uri}, URI:jidi://test/node/n2/0123456789abcdef` }],
    ],
    ['a comma', [{ type: 'url', value: `${uri},x` }]],
    ['another scheme', [{ type: 'url', value: uri.replace('jidi:', 'https:') }]],
    ['a path behind it', [{ type: 'url', value: `${uri}/more` }]],
    ['a name that no node has', [{ type: 'url', value: uri.replace('n001', '-rf') }]],
    ['an epoch that is none', [{ type: 'url', value: uri.replace('0123', '012g') }]],
  ])('is not there: %s', async (_, names) => {
    expect(certifiedNameOf(await issued(names))).toBeUndefined();
  });

  test('is not found in a NUL, in spaces, or in bytes above ASCII', async () => {
    const bytes = await issued([{ type: 'url', value: uri }]);
    const at = bytes.indexOf(uri);
    for (const byte of [0, 0x20, 0x0a, 0x7f, 0xe9]) {
      const changed = Buffer.from(bytes);
      changed[at + uri.length - 1] = byte;
      expect(certifiedNameOf(changed)).toBeUndefined();
    }
  });
});

describe('bytes that are no certificate', () => {
  test('name nobody, however they were cut or changed, and take no time', async () => {
    const bytes = await issued([{ type: 'url', value: uri }]);
    const beganMs = performance.now();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(certifiedNameOf(bytes.subarray(0, length))).toBeUndefined();
    }
    let random = 7;
    const next = (below: number): number => {
      random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
      return random % below;
    };
    for (let round = 0; round < 20_000; round += 1) {
      const changed = Buffer.from(bytes);
      for (let change = next(4); change >= 0; change -= 1) changed[next(changed.length)] = next(256);
      const found = certifiedNameOf(changed);
      // A change within the name is another name of the same form, or none.
      if (found !== undefined) expect(`${found.node}${found.epoch}`).toMatch(/^[\w.-]+$/);
    }
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });

  test.each([
    ['no bytes', []],
    ['a tag alone', [0x30]],
    ['a length that is unknown', [0x30, 0x80, 0, 0]],
    ['a length of five bytes', [0x30, 0x85, 0, 0, 0, 0, 1, 0]],
    ['a length that is not the shortest', [0x30, 0x81, 0x01, 0]],
    ['a length with a leading zero', [0x30, 0x82, 0x00, 0x80, ...Array.from({ length: 128 }, () => 0)]],
    ['a length beyond the end', [0x30, 0x02, 0]],
    ['a tag of two bytes', [0x1f, 0x81, 0]],
  ])('are refused: %s', (_, list) => {
    const bytes = Uint8Array.from(list);
    if (list.length > 0) expect(() => readValues(bytes)).toThrow(RangeError);
    expect(certifiedNameOf(bytes)).toBeUndefined();
  });

  test('nested without end are read one level at a time', () => {
    const deep = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.from([0x30, 0x84, 0, 0, 0, 0])));
    expect(certifiedNameOf(deep)).toBeUndefined();
  });
});
