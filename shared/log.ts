// Structured log lines on stderr as JSON; journald or the starting terminal keeps them.
import { type Logger, pino } from 'pino';

export type { Logger };
export type LogLevel = 'error' | 'warn' | 'info' | 'debug' | 'silent';

/** The root logger of a program; components take a child: `log.child({ component: 'uplink' })`. */
export function createLogger(program: string, level: LogLevel): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  return pino(
    { name: program, level, base: { name: program }, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  );
}
