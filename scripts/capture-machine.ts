// Takes an anonymised fixture of the machine it runs on: node scripts/capture-machine.ts OUTDIR
// What sources read here goes to OUTDIR/{proc,sys,root,bin,outputs,statfs.json}; the names of site, machine and people
// are replaced. On stdout: what was replaced, and what is left to do.
import { captureMachine } from './capture/capture.ts';

const [folder, ...rest] = process.argv.slice(2);
const usage = `npm run capture-machine -- OUTDIR
  Copies what the sources read on this machine to OUTDIR, a new or empty folder (./-NAME where it begins with a dash),
  and replaces the names of site, machine and people. docs/operating.md says more: Handing in a machine.`;
if (folder === '--help' || folder === '-h') {
  console.log(usage);
} else if (folder === undefined || folder === '' || folder.startsWith('-') || rest.length > 0) {
  console.error(`usage: ${usage}`);
  process.exitCode = 2;
} else {
  await capture(folder);
}

async function capture(outFolder: string): Promise<void> {
  const { record, anonymiser, sources } = await captureMachine(outFolder);
  for (const { name, state, values, reason } of sources) {
    console.log(`${name}: ${state === 'read' ? `${values.length} values` : `${state}, ${reason ?? ''}`}`);
  }
  console.log(`\nwritten: ${record.files.size} files, ${record.folders.size} folders below ${outFolder}`);
  console.log('replaced:');
  for (const { kind, original, standIn } of anonymiser.replaced)
    console.log(`  ${kind}: ${original} -> ${standIn}`);
  console.log(
    [
      '',
      'The kernel log and command lines are not captured. Names that only your site knows (of filesystems, mount points,',
      'partitions, units) may still be there: look through all of it before you share it, e.g. grep -ri NAME OUTDIR.',
    ].join('\n'),
  );
}
