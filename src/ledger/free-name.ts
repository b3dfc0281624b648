/** Names for new accounts and devices whose name is already taken. Pure. */

/** The name itself if it is free, else "NAME (2)" and so on. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number++) free = `${name} (${number})`;
  return free;
}
