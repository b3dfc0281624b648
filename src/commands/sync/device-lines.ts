/** What others say of devices, where it changes who may have a seed: a member is believed, but not in silence. Pure. */
import type { Device } from "../../ledger/account.ts";
import { pasteableName, quoted } from "../../talk/say.ts";

export function deviceLines(before: readonly Device[], after: readonly Device[]): string[] {
  const was = new Map(before.map((device) => [device.id, device]));
  return after.flatMap((device): string[] => {
    const { id, name, state, wipedAt } = device;
    const known = was.get(id);
    if (known === undefined) return [];
    const lose = `twinseed device lost ${pasteableName(name)}`;
    const isLost = state === "lost";
    if (known.state !== "lost" && isLost)
      return [`${quoted(name)} was lost, others say; what to do: ${lose}`];
    if (known.state === "lost" && !isLost)
      return [`${quoted(name)} was lost, and others say that it is back; if it is not: ${lose}`];
    if (isLost && wipedAt !== undefined && wipedAt !== known.wipedAt)
      return [`${quoted(name)} is lost, and others say that it was wiped`];
    return [];
  });
}
