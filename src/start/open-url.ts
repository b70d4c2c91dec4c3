import { spawn } from 'node:child_process';

const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', linux: 'xdg-open' };

/**
 * A way to open a page in the browser of this desktop; undefined where there is none. The browser outlives the
 * program and never writes on its screen.
 */
export function urlOpener(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): ((url: string) => void) | undefined {
  const opener = openers[platform];
  const hasDesktop = platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
  if (opener === undefined || !hasDesktop) return undefined;
  return (url) => {
    if (!url.startsWith('https://')) return;
    const child = spawn(opener, [url], { detached: true, stdio: 'ignore' });
    child.on('error', () => {});
    child.unref();
  };
}
