/** All names that exist, which messages may repeat. They are read only if something in a message looks like a seed. */
import type { Needs } from "../world.ts";

export function nameFinder({ ledger }: Needs<"ledger">): (text: string) => boolean {
  let names: readonly string[] | undefined;
  return (text) => {
    names ??= namesIn(ledger);
    return names.some((name) => name.includes(text.toLowerCase()));
  };
}

function namesIn(ledger: Needs<"ledger">["ledger"]): string[] {
  try {
    const accounts = [...ledger.accounts(), ...ledger.removed()];
    const texts = [...accounts.flatMap(({ id, name, issuer, label }) => [id, name, issuer, label])];
    return [...texts, ...ledger.damaged(), ...ledger.devices().map(({ name }) => name)].map((text) =>
      text.toLowerCase(),
    );
  } catch {
    return []; // Another error is being reported already.
  }
}
