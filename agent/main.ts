// The agent as a program: jidi-agent [--config FILE] [--collector HOST:PORT] [--interval 5s] … | join | --once | doctor
// On stdout, once it measures: `node: NAME`.
import { parseArgs } from 'node:util';
import { errorMessage, StartError } from '../shared/errors.ts';
import { runProgram } from '../shared/lifecycle.ts';
import { version } from '../shared/version.ts';
import { loadAgentConfig } from './config.ts';
import { enterDaemon } from './daemon/enter-daemon.ts';
import { helperPrograms } from './programs.ts';

await runProgram({ name: 'jidi-agent', stopDeadlineMs: 15_000 }, async () => {
  if (process.argv[2] === 'join') return await joinAndEnd(process.argv.slice(3));
  const { flags, command } = readArguments();
  if (flags.version) await finish(`jidi-agent ${version}\n`, 0);
  if (flags.help) {
    const { reportLanguage } = await import('./report/report-language.ts');
    const { usage } = await import('./usage.ts');
    await finish(usage(reportLanguage(flags.lang, process.env)), 0);
  }
  const config = loadAgentConfig(flags.config, {
    node: flags.node,
    role: flags.role,
    collectors: flags.collector === undefined ? undefined : [flags.collector],
    plain: flags.plain,
    interval: flags.interval,
    runDir: flags.run,
    stateDir: flags.state,
    log: flags.log,
    control: { executor: flags.executor, policy: flags.policy },
    profiler: { how: flags.profiler },
  });
  if (flags['check-config']) await finish('configuration: valid\n', 0);
  if (command !== 'run') {
    // Loaded only when asked for: an agent that runs does without.
    const { answerOnce } = await import('./report/answer-once.ts');
    const { output, lang } = flags;
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
    const { text, exitCode } = await answerOnce({
      command,
      config,
      output,
      lang,
      columns,
      env: process.env,
    });
    await finish(text, exitCode);
  }
  // Another program would lose the channel to the parent that is told to watch this one.
  if (!process.connected) enterDaemon(helperPrograms.daemon, config);
  const { startAgent } = await import('./agent.ts');
  const agent = await startAgent(config);
  process.stdout.write(`node: ${config.node}\n`);
  return agent;
});

/** Its own arguments, and nothing that measures is loaded. */
async function joinAndEnd(args: readonly string[]): Promise<never> {
  const { runJoin } = await import('./identity/join/join-command.ts');
  const { reportLanguage } = await import('./report/report-language.ts');
  const exitCode = await runJoin(args, {
    settings: loadAgentConfig,
    language: (wish) => reportLanguage(wish, process.env),
    tell: (line) => void process.stdout.write(`${line}\n`),
  });
  return finish('', exitCode);
}

/** Ends the program once the text is out. */
function finish(text: string, exitCode: number): Promise<never> {
  return new Promise(() => process.stdout.write(text, () => process.exit(exitCode)));
}

function readArguments() {
  const { values: flags, positionals } = parseFlags();
  const [word, ...rest] = positionals;
  if (rest.length > 0 || (word !== undefined && word !== 'doctor')) {
    const name = rest[0] ?? word;
    throw new StartError(`unknown command ${name}`, 'Known: join, doctor. All of it: jidi-agent --help.');
  }
  if (flags.lang !== undefined && flags.lang !== 'en' && flags.lang !== 'zh') {
    throw new StartError(`--lang ${flags.lang} is not known here`, 'Allowed: en, zh.');
  }
  if (word === 'doctor' && flags.once) {
    throw new StartError('--once and doctor are two questions', 'Ask one after the other.');
  }
  if (word === 'doctor') return { flags, command: 'doctor' } as const;
  if (flags.once) return { flags, command: 'once' } as const;
  if (flags.output !== undefined) {
    throw new StartError('-o is for --once and doctor', 'Example: jidi-agent --once -o json.');
  }
  return { flags, command: 'run' } as const;
}

function parseFlags() {
  const text = { type: 'string' } as const;
  const no = { type: 'boolean', default: false } as const;
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        config: text,
        'check-config': no,
        node: text,
        role: text,
        collector: text,
        plain: { type: 'boolean' },
        interval: text,
        run: text,
        state: text,
        executor: text,
        policy: text,
        profiler: text,
        log: text,
        once: no,
        output: { ...text, short: 'o' },
        lang: text,
        help: { ...no, short: 'h' },
        version: no,
      },
    });
  } catch (error) {
    // Node goes on with advice about arguments that begin with a dash, which the agent does not take.
    const [what = ''] = errorMessage(error).split('. ');
    throw new StartError(what, 'All flags: jidi-agent --help.', { cause: error });
  }
}
