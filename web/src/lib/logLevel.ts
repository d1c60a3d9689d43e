// How grave a line is, by how loggers commonly say it. Guessed for its colour alone; nothing is decided by it.
export type LogLevel = 'error' | 'warning' | 'info' | 'debug' | undefined;

const words: Readonly<Record<string, LogLevel>> = {
  fatal: 'error', panic: 'error', critical: 'error', crit: 'error', alert: 'error', emerg: 'error', error: 'error', err: 'error', severe: 'error',
  warning: 'warning', warn: 'warning', info: 'info', notice: 'info', debug: 'debug', trace: 'debug',
};
const klog: Readonly<Record<string, LogLevel>> = { E: 'error', F: 'error', W: 'warning', I: 'info' };

const named = /["']?\b(?:level|lvl|severity|log\.level)["']?\s*[=:]\s*["']?([A-Za-z]+)/;
const alone = /(?:^|[\s[|(<])(FATAL|PANIC|CRITICAL|ERROR|SEVERE|WARNING|WARN|INFO|NOTICE|DEBUG|TRACE)(?=$|[\s\]|)>:])/;

export function logLevel(line: string): LogLevel {
  const start = line.slice(0, 300);
  const glog = /^([EFWI])\d{4} \d\d:/.exec(start)?.[1];
  if (glog !== undefined) return klog[glog];
  const word = named.exec(start)?.[1] ?? alone.exec(start)?.[1];
  return word === undefined ? undefined : words[word.toLowerCase()];
}
