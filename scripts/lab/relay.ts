// A program in a machine's network: takes connections at a Unix socket, which every network namespace of the host reaches, and
// passes each on to a port of the machine. In: SOCKET PORT. Ends with the process that started it.
import { connect, createServer } from 'node:net';

const [socketPath = '', port = ''] = process.argv.slice(2);
const mostConnections = 256;

const server = createServer({ allowHalfOpen: true }, (near) => {
  const far = connect({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  near.on('close', () => far.destroy());
});
server.maxConnections = mostConnections;
server.listen(socketPath, () => console.log('listening'));
