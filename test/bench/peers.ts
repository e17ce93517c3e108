import { fileURLToPath } from 'node:url';
import { type Peer, startPeer } from './peer.ts';

/** Debian's has python3-torch and python3-sklearn. */
const python = process.env.PYTHON ?? '/usr/bin/python3';
/** Where `npm install --prefix test/bench` has put TensorFlow.js and brain.js. */
const folder = process.env.MILLRACE_PEERS ?? fileURLToPath(new URL('.', import.meta.url));

const commands: readonly (readonly [string, string, ...string[]])[] = [
  ['PyTorch', python, 'torch_peer.py'],
  ['scikit-learn', python, 'sklearn_peer.py'],
  ['TensorFlow.js wasm', process.execPath, 'tfjs.ts', folder, 'wasm'],
  ['TensorFlow.js cpu', process.execPath, 'tfjs.ts', folder, 'cpu'],
  ['brain.js', process.execPath, 'brain.ts', folder],
];

const TOO_SLOW = 'seconds a step';
const LACKS = 'it has no batch normalization';
const leavesOut: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'scikit-learn': { MN: LACKS },
  'TensorFlow.js cpu': { L: TOO_SLOW },
  'brain.js': { MN: LACKS, L: TOO_SLOW },
};

/** Starts every peer that is installed, and says which are not. */
export async function startPeers(): Promise<{ readonly peers: readonly Peer[]; readonly notes: readonly string[] }> {
  const peers: Peer[] = [];
  const notes: string[] = [];
  for (const [name, command, script, ...args] of commands) {
    const peer = await startPeer(command, [fileURLToPath(new URL(`peers/${script}`, import.meta.url)), ...args]);
    if ('missing' in peer) notes.push(`left out: ${name} (${peer.missing})`);
    else peers.push({ ...peer, leavesOut: leavesOut[name] });
  }
  return { peers, notes };
}
