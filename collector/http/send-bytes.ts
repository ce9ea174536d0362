// In: bytes that are an answer already, made in another thread. Out: the reply with them; nothing is copied or parsed.
import type { FastifyReply } from 'fastify';

export function sendJson(reply: FastifyReply, json: Uint8Array): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(bufferOf(json));
}

export function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
