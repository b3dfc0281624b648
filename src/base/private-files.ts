/** Which files of the data folder are of this computer alone: never taken from others, and never given to them. */

export const PRIVATE = [
  "config.json",
  "names.json",
  "incoming.json",
  "steps/",
  "cache/",
  "aws/",
  "damaged/",
] as const;

/** Some disks take "Config.json" for it. */
export function isPrivate(name: string): boolean {
  const plain = name.toLowerCase();
  return PRIVATE.some((one) => plain === one || (one.endsWith("/") && plain.startsWith(one)));
}
