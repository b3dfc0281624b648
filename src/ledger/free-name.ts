/** Names for accounts that come in beside others of the same name. Pure. */

/** The name itself if it is free, else "NAME (2)" and so on. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name} (${number})`;
  return free;
}
