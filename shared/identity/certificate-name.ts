// Whose a certificate is. In: X.509 in DER (RFC 5280, 4.1), signed by a trusted authority or not. Out: the node that it names.
// It reads the bytes themselves: the text in which Node lists alternative names joins them with commas, which a name may hold.
// It refuses a certificate with another number of URIs than one, or one that is not ours; names of other kinds do not count.
import { type DerValue, derTag, readOne, readValues } from './der-reader.ts';
import { type CertifiedName, parseNodeUri } from './node-uri.ts';

/** [3] EXPLICIT: the extensions in TBSCertificate. */
const extensionsTag = 0xa3;
/** [6] IMPLICIT: uniformResourceIdentifier in GeneralName. */
const uriTag = 0x86;
/** 2.5.29.17, subjectAltName. */
const subjectAltName = Buffer.from([0x55, 0x1d, 0x11]);
const mostNames = 64;

/** undefined: it names no node, or several. */
export function certifiedNameOf(certificate: Uint8Array): CertifiedName | undefined {
  try {
    const [uri = '', ...more] = subjectUris(certificate);
    return more.length === 0 ? parseNodeUri(uri) : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Throws RangeError. */
export function subjectUris(certificate: Uint8Array): readonly string[] {
  const [toBeSigned] = readValues(readOne(certificate, derTag.sequence));
  if (toBeSigned?.tag !== derTag.sequence) throw new RangeError('X.509: no TBSCertificate');
  const fields = readValues(toBeSigned.content).filter(({ tag }) => tag === extensionsTag);
  const [extensions, ...others] = fields;
  if (extensions === undefined) return [];
  if (others.length > 0) throw new RangeError('X.509: extensions twice');
  const found = readValues(readOne(extensions.content, derTag.sequence)).flatMap(alternativeNames);
  if (found.length > 1) throw new RangeError('X.509: alternative names twice');
  const names = found.flatMap((bytes) => readValues(readOne(bytes, derTag.sequence)));
  if (names.length > mostNames) throw new RangeError(`X.509: more than ${mostNames} alternative names`);
  return names.filter(({ tag }) => tag === uriTag).map(({ content }) => visibleText(content));
}

/** The value of the extension, when it is that one. */
function alternativeNames({ tag, content }: DerValue): readonly Uint8Array[] {
  if (tag !== derTag.sequence) throw new RangeError('X.509: no extension');
  const [id, ...rest] = readValues(content);
  if (id?.tag !== derTag.objectIdentifier) throw new RangeError('X.509: an extension without a name');
  if (!subjectAltName.equals(id.content)) return [];
  const [value, ...more] = rest.filter(({ tag: part }) => part !== derTag.boolean);
  if (value?.tag !== derTag.octetString || more.length > 0)
    throw new RangeError('X.509: an extension without a value');
  return [value.content];
}

/** A URI has neither spaces nor anything above ASCII. */
function visibleText(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte <= 0x20 || byte >= 0x7f)) throw new RangeError('X.509: a URI that is none');
  return Buffer.from(bytes).toString('latin1');
}
