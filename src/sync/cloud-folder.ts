/** Recognizes data folders in the folder of a cloud service: it writes there what others have, unsigned. Pure. */

const SERVICES: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Dropbox", /[/\\]dropbox( \([^/\\]*\))?[/\\]/i],
  ["OneDrive", /[/\\]onedrive( - [^/\\]*)?[/\\]/i],
  ["Google Drive", /[/\\](google ?drive|googledrive-[^/\\]*|my drive)[/\\]/i],
  ["iCloud Drive", /[/\\](mobile documents|icloud ?drive)[/\\]/i],
  ["Nextcloud", /[/\\](nextcloud|owncloud)[/\\]/i],
  ["Syncthing", /[/\\]syncthing[/\\]/i],
  ["MEGA", /[/\\]mega(sync)?[/\\]/i],
  ["pCloud", /[/\\]pcloud ?(drive|sync)?[/\\]/i],
  ["Box", /[/\\]box( sync)?[/\\]/i],
];

/** The service's name, as far as the path tells. */
export function cloudServiceOf(path: string): string | undefined {
  return SERVICES.find(([, pattern]) => pattern.test(`${path}/`))?.[0];
}
