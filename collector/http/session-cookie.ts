// The cookie that keeps a browser's session: only for this very host, only encrypted, not for scripts, not from other sites.
// Browsers count http://127.0.0.1 and http://localhost as encrypted.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sessionLimits } from '../identity/people/sessions.ts';

const name = '__Host-jidi';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Strict';

export function sessionCookie({ headers }: FastifyRequest): string | undefined {
  for (const part of (headers.cookie ?? '').split(';', 64)) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value !== undefined && /^[A-Za-z0-9_-]{20,200}$/.test(value)) return value;
  }
  return undefined;
}

export function setSessionCookie(reply: FastifyReply, secret: string): void {
  reply.header('set-cookie', `${name}=${secret}; ${attributes}; Max-Age=${sessionLimits.absoluteMs / 1000}`);
}

export function clearSessionCookie(reply: FastifyReply): void {
  reply.header('set-cookie', `${name}=; ${attributes}; Max-Age=0`);
}
