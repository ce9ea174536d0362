// What runtimes write into a perf map for a function of the program. In: a name of the map, hostile. Out: the function by its own
// name and the file that it stands in, once for all the ways in which it was compiled; undefined where the name says no file.
//   CPython  py::Grid.sweep:/opt/model/heat.py
//   Node     JS:*sweep file:///opt/model/heat.mjs:6:15   (~ interpreted, ^ baseline, + and * optimised), JS:*emit node:events:495:44
//            older: LazyCompile:*sweep /opt/model/heat.js:6:15
import type { Frame } from '../../../shared/model/profile.ts';

const python = /^py::([^:]{1,300}):(.{1,1000})$/s;
const node =
  /^(?:JS|LazyCompile|Function|Script|Eval):[~^+*'"]{0,2}(.{0,300}?) ?([^ ]{1,1000}?):(\d{1,7}):\d{1,7}$/s;

export function runTimeFrame(name: string): Frame | undefined {
  const [, pythonFunction, pythonFile] = python.exec(name) ?? [];
  if (pythonFunction !== undefined && pythonFile !== undefined) {
    return { function: pythonFunction, module: fileOf(pythonFile) };
  }
  const [, nodeFunction, nodeFile, line] = node.exec(name) ?? [];
  if (nodeFunction === undefined || nodeFile === undefined) return undefined;
  // Functions without a name are told apart by where they begin.
  return { function: nodeFunction === '' ? `(anonymous:${line})` : nodeFunction, module: fileOf(nodeFile) };
}

/** `node:events` stays as it is. */
function fileOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
