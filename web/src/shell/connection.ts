// One answer to "is what I see true?", from the socket and from the server's connection to the cluster. Pure.
import type { Freshness } from '../api/types';
import type { SocketState } from '../live/socket';
import { connectionText, nextTry, staleSince } from '../lib/texts';
import { formatDuration } from '../lib/time';

export interface Mark {
  readonly tone: 'live' | 'busy' | 'stale' | 'bad';
  readonly word: string;
}

export function markOf(socket: SocketState, connection: Freshness | undefined, now: number): Mark {
  if (socket.phase === 'lost') return { tone: 'stale', word: `Stale ${formatDuration(now - socket.since)}` };
  if (socket.phase === 'connecting' || connection === undefined) return { tone: 'busy', word: 'Connecting' };
  switch (connection.state) {
    case 'live':
      return { tone: 'live', word: 'Live' };
    case 'syncing':
      return { tone: 'busy', word: 'Reading' };
    case 'partial':
      return { tone: 'live', word: 'Live, in part' };
    case 'stale':
      return { tone: 'stale', word: connection.since === undefined ? 'Stale' : `Stale ${formatDuration(now - connection.since)}` };
    case 'forbidden':
      return { tone: 'bad', word: 'Refused' };
    case 'absent':
      return { tone: 'bad', word: 'No cluster' };
  }
}

export interface BannerText {
  readonly text: string;
  readonly next: string;
  readonly hint: string;
  /** The page itself can try again. */
  readonly retry: boolean;
}

const patienceMs = 1_500; // a reconnect shorter than this is not worth a banner; the mark says it at once

export function bannerOf(socket: SocketState, connection: Freshness | undefined, cluster: string, now: number, localNow: number): BannerText | undefined {
  const skew = now - localNow;
  if (socket.phase !== 'open' && localNow - socket.since > patienceMs) {
    const cause = socket.phase === 'lost' ? socket.cause : '';
    const text = staleSince('Masthead unreachable', socket.since + skew, now, cause);
    const next = socket.phase === 'lost' ? nextTry(socket.nextTry + skew, now) : 'Trying again now.';
    return { text, next, hint: '', retry: socket.phase === 'lost' };
  }
  const text = connectionText(cluster, connection, now);
  if (text === undefined) return undefined;
  return { text, next: nextTry(connection?.nextTry, now), hint: connection?.cause?.hint ?? '', retry: false };
}
