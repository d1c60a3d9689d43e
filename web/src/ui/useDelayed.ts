import { useEffect, useState } from 'react';

/** How long the caller has been on the page, in steps of a second, from three seconds on; before that 0. */
export function useWaited(): number {
  const [ms, setMs] = useState(0);
  useEffect(() => {
    const started = performance.now();
    const timer = setInterval(() => {
      const waited = performance.now() - started;
      if (waited >= 2900) setMs(Math.round(waited / 1000) * 1000);
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, []);
  return ms;
}
