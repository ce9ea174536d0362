// Whether a collector would let this agent in. In: its address, certificates. Out: yes when it speaks HTTP/2 with us, which it
// does once it has taken our certificate; no when it does not within the deadline. Nothing is called.
import { connect } from 'node:http2';
import { type Security, sessionOptions } from './security.ts';

const deadlineMs = 10_000;

export function probeCollector(collector: string, security: Security | null): Promise<boolean> {
  const scheme = security === null ? 'http' : 'https';
  return new Promise((resolve) => {
    const session = connect(`${scheme}://${collector}`, sessionOptions(security));
    const end = (answer: boolean): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), deadlineMs).unref();
    session.once('remoteSettings', () => end(true));
    session.once('error', () => end(false));
    session.once('close', () => end(false));
  });
}
