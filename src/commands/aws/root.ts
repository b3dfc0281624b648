/** The root user: AWS lets no tool enroll its MFA device, so the user does it in the console, and we show the steps. */

import { type AddAccountsNeeds, addAccounts } from "../../intake/add-accounts.ts";
import { isInteractive, note } from "../../talk/say.ts";

export type RootNeeds = AddAccountsNeeds;

const STEPS = [
  "the root user's MFA device can only be enabled in the AWS console; no tool can do it",
  "1. sign in as root at https://console.aws.amazon.com, then: account menu, Security credentials, Assign MFA device",
  '2. name the device, choose "Authenticator app", then "Show QR code"',
];
const ALONE = [
  "3. take a screenshot of the QR code, then: twinseed add screenshot.png --name aws-root (or: twinseed add --screen)",
  "4. in the console, type the two codes that twinseed prints; for later ones: twinseed code aws-root --pair",
  "5. put the seed on a second device before you close the page: twinseed qr aws-root",
  "AWS has no recovery codes for root: read docs/aws.md about a second device and the phone number that AWS calls",
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
    "When you see the QR code, press Enter to read it from the screen, or type the name of a screenshot: ",
  );
  const named = options.name === undefined ? {} : { name: options.name };
  // addAccounts shows both codes, and offers the QR code for a second device.
  await addAccounts(file === "" ? [] : [file], file === "" ? { ...named, screen: true } : named, needs);
}
