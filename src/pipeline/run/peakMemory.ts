import { readFileSync } from 'node:fs';

/**
 * The most resident memory that this process has had, in bytes. On Linux it is asked for by name: what `getrusage` tells there counts the
 * memory of whoever started the process, too.
 */
export function peakMemory(): number {
  if (process.platform === 'linux') {
    try {
      const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
      if (kibibytes) return Number(kibibytes) * 1024;
    } catch {
      // Where there is no /proc.
    }
  }
  return process.resourceUsage().maxRSS * 1024;
}
