// Certificates as a test wants them, good and bad, and a gate that knows which nodes may come in.
// oxlint-disable-next-line import/no-unassigned-import -- The library for X.509 needs it first.
import 'reflect-metadata';
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { GateCredentials, GateRefusal, NodeGate } from '../../../collector/grpc/node-gate.ts';
import { type CertifiedName, formatNodeUri } from '../../../shared/identity/node-uri.ts';

const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
export const clientAuth = '1.3.6.1.5.5.7.3.2';
export const serverAuth = '1.3.6.1.5.5.7.3.1';

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

export interface LeafWish {
  readonly names: readonly JsonGeneralName[];
  readonly uses?: readonly string[];
  /** From now. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly more?: readonly Extension[];
}

export class TestAuthority {
  readonly pem: string;
  readonly #name: string;
  readonly #key: KeyObject;

  private constructor(name: string, key: KeyObject, pem: string) {
    this.#name = name;
    this.#key = key;
    this.pem = pem;
  }

  static async create(name = 'CN=test authority'): Promise<TestAuthority> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificate = await X509CertificateGenerator.create({
      ...common(publicKey, -60_000, 3_600_000),
      subject: name,
      issuer: name,
      signingKey: webKey(privateKey),
      extensions: [
        new BasicConstraintsExtension(true, 1, true),
        new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      ],
    });
    return new TestAuthority(name, privateKey, certificate.toString('pem'));
  }

  async issue({
    names,
    uses = [],
    fromMs = -60_000,
    toMs = 3_600_000,
    more = [],
  }: LeafWish): Promise<Identity> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const certificate = await X509CertificateGenerator.create({
      ...common(publicKey, fromMs, toMs),
      subject: 'CN=leaf',
      issuer: this.#name,
      signingKey: webKey(this.#key),
      extensions: [
        ...(names.length > 0 ? [new SubjectAlternativeNameExtension([...names])] : []),
        ...(uses.length > 0 ? [new ExtendedKeyUsageExtension([...uses])] : []),
        ...more,
      ],
    });
    const key = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    return { key, cert: certificate.toString('pem') };
  }

  node(node: string, wish: Partial<LeafWish> & { readonly epoch?: string } = {}): Promise<Identity> {
    const { epoch = '0123456789abcdef', ...rest } = wish;
    const value = formatNodeUri({ cluster: 'test', node, epoch });
    return this.issue({ names: [{ type: 'url', value }], uses: [clientAuth], ...rest });
  }

  async server(): Promise<GateCredentials> {
    const names: JsonGeneralName[] = [
      { type: 'ip', value: '127.0.0.1' },
      { type: 'dns', value: 'localhost' },
    ];
    const { key, cert } = await this.issue({ names, uses: [serverAuth] });
    return { key, certificate: cert, authorities: [this.pem] };
  }
}

/** A gate whose answers a test changes. */
export class TestGate implements NodeGate {
  current: GateCredentials;
  readonly refused = new Map<string, GateRefusal>();
  readonly #changed: (() => void)[] = [];
  readonly #told: ((name: CertifiedName) => void)[] = [];

  constructor(credentials: GateCredentials) {
    this.current = credentials;
  }

  credentials(): GateCredentials {
    return this.current;
  }

  onCredentials(listener: () => void): void {
    this.#changed.push(listener);
  }

  refusal({ node }: CertifiedName): GateRefusal | null {
    return this.refused.get(node) ?? null;
  }

  onRefused(listener: (name: CertifiedName) => void): void {
    this.#told.push(listener);
  }

  revoke(node: string): void {
    this.refused.set(node, { code: 'revoked', message: `${node} was revoked` });
    for (const tell of this.#told) tell({ cluster: 'test', node, epoch: '0123456789abcdef' });
  }

  change(credentials: GateCredentials): void {
    this.current = credentials;
    for (const tell of this.#changed) tell();
  }
}

function common(publicKey: KeyObject, fromMs: number, toMs: number) {
  return {
    serialNumber: `40${randomBytes(15).toString('hex')}`,
    notBefore: new Date(Date.now() + fromMs),
    notAfter: new Date(Date.now() + toMs),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }),
    signingAlgorithm,
  };
}

function webKey(key: KeyObject) {
  return key.toCryptoKey(signingAlgorithm, false, ['sign']);
}
