/** Backup files made by tests. */
import { type Lock, sealFile } from "../../src/backup/age-file.ts";

/** A lock that any computer can break. */
export function cheapLock(passphrase: string): Lock {
  return { kind: "passphrase", passphrase, unsafeWorkFactor: 2 };
}

export async function sealed(content: unknown, passphrase: string): Promise<Uint8Array> {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  return sealFile(text, cheapLock(passphrase), false);
}

/** The header of an age file with these recipients, followed by garbage. */
export function ageHeader(...stanzas: readonly string[]): Buffer {
  const body = Buffer.alloc(32, 7).toString("base64").replace(/=+$/, "");
  const lines = stanzas.map((stanza) => `-> ${stanza}\n${body}\n`);
  return Buffer.from(`age-encryption.org/v1\n${lines.join("")}--- ${body}\n${"x".repeat(100)}`);
}
