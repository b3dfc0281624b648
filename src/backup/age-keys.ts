/** age recipients and identities from users: on the command line, or in files with one per line. Pure. */
import { ExitCode, UserError } from "../base/errors.ts";

/** Throws UserError (exit 2) that says which one is wrong and why. Never quotes it, as it may be the secret half. */
export async function checkRecipient(text: string, source: string): Promise<string> {
  const recipient = text.trim();
  const fault = recipientFault(recipient) ?? (await libraryFault(recipient));
  if (fault !== undefined) throw new UserError(`${source} ${fault}`, ExitCode.usage);
  return recipient;
}

export async function recipientsIn(text: string, source: string): Promise<string[]> {
  const recipients: string[] = [];
  for (const { line, number } of linesOf(text))
    recipients.push(await checkRecipient(line, `line ${number} of ${source}`));
  if (recipients.length === 0) throw new UserError(`there is no recipient in ${source}`, ExitCode.usage);
  return recipients;
}

/** The identities in a key file, in the format that age-keygen writes. Throws UserError (exit 5). */
export async function identitiesIn(text: string, source: string): Promise<string[]> {
  if (/^(age-encryption\.org\/|-----BEGIN AGE ENCRYPTED FILE-----)/.test(text.trimStart())) {
    throw new UserError(`${source} is itself locked with a passphrase`, ExitCode.unreadable, [
      "decrypt it first, into a file that only you can read: age -d identity.age",
    ]);
  }
  const { Decrypter } = await import("age-encryption");
  const identities: string[] = [];
  for (const { line, number } of linesOf(text)) {
    try {
      new Decrypter().addIdentity(line);
    } catch {
      throw new UserError(`line ${number} of ${source} is not a supported identity`, ExitCode.unreadable, [
        "supported: AGE-SECRET-KEY-1… and AGE-SECRET-KEY-PQ-1…; for ssh keys and plugins use age -d",
      ]);
    }
    identities.push(line);
  }
  if (identities.length === 0) throw new UserError(`there is no identity in ${source}`, ExitCode.unreadable);
  return identities;
}

function recipientFault(recipient: string): string | undefined {
  if (/^AGE-(SECRET-KEY|PLUGIN)-/i.test(recipient))
    return "is an identity, the secret half: use its recipient instead, age1…";
  if (/^ssh-/.test(recipient))
    return "is an ssh key, which is not supported: generate an age key with age-keygen";
  return recipient.startsWith("age1") ? undefined : "is not an age recipient (age1…)";
}

async function libraryFault(recipient: string): Promise<string | undefined> {
  const { Encrypter } = await import("age-encryption");
  try {
    new Encrypter().addRecipient(recipient);
    return undefined;
  } catch {
    return "is not a valid age recipient: is a character missing or wrong?";
  }
}

function linesOf(text: string): { line: string; number: number }[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .map((line, i) => ({ line: line.trim(), number: i + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#"));
}
