/** The root user: AWS allows no tool to enroll its MFA device, so a person does it in the console, and we lead. */

import { type AddAccountsNeeds, addAccounts } from "../../intake/add-accounts.ts";
import { isInteractive, note } from "../../talk/say.ts";

export type RootNeeds = AddAccountsNeeds;

const STEPS = [
  "AWS allows the root user's MFA device in the console only; no tool can enable it",
  "1. sign in as root at https://console.aws.amazon.com, then: account menu, Security credentials, Assign MFA device",
  '2. give it a name, choose "Authenticator app", then "Show QR code"',
];
const ALONE = [
  "3. take a screenshot of it, then: twinseed add screenshot.png --name aws-root (or: twinseed add --screen)",
  "4. type the two codes that this shows; later ones: twinseed code aws-root --pair",
  "5. put the seed on a second device before you close the page: twinseed qr aws-root",
  "AWS has no recovery codes for root: see docs/aws.md on a second device and on the phone number that AWS calls",
];

export function rootHints(): string[] {
  return [...STEPS.slice(1), ...ALONE];
}

export async function enrollRoot(options: { name?: string }, needs: RootNeeds): Promise<void> {
  const terminal = isInteractive(needs) ? needs.terminal() : undefined;
  if (terminal === undefined) {
    for (const line of [...STEPS, ...ALONE]) note(needs, line);
    return;
  }
  for (const line of STEPS) note(needs, line);
  const file = await terminal.ask(
    "When the QR code is there: Enter takes it from the screen, or type the name of a screenshot: ",
  );
  const named = options.name === undefined ? {} : { name: options.name };
  // It shows both codes, and offers the QR code for a second device.
  await addAccounts(file === "" ? [] : [file], file === "" ? { ...named, screen: true } : named, needs);
}
