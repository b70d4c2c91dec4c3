import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The platform's folders for this program's settings and data; an XDG variable must be absolute to count. */
export function programFolders(platform: string, env: Environment, home: string) {
  const xdg = (name: string, fallback: string) => {
    const value = env[name];
    return value?.startsWith('/') ? value : join(home, fallback);
  };
  if (platform === 'darwin') {
    return {
      config: join(home, 'Library', 'Preferences', 'ccwb-tui'),
      data: join(home, 'Library', 'Application Support', 'ccwb-tui'),
    };
  }
  if (platform === 'win32') {
    return {
      config: join(env.APPDATA || join(home, 'AppData', 'Roaming'), 'ccwb-tui'),
      data: join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'ccwb-tui'),
    };
  }
  return {
    config: join(xdg('XDG_CONFIG_HOME', '.config'), 'ccwb-tui'),
    data: join(xdg('XDG_DATA_HOME', '.local/share'), 'ccwb-tui'),
  };
}
