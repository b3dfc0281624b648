/**
 * What macOS's keychain and Windows' Credential Manager say through the binding, and what to do about it. The binding passes on
 * macOS's own text, which may be in the user's language, and no number; the English ones are Security.framework's (errSec…).
 */

export interface NativeMessage {
  readonly text: RegExp;
  readonly reason: string;
  readonly hints: readonly string[];
  /** There is no place to keep anything in. */
  readonly isMissing?: true;
  /** The text says more than the reason. */
  readonly isQuoted?: true;
}

const UNLOCK = "unlock it for this session, and run this again: security unlock-keychain";
const WHICH = "see which one macOS uses: security default-keychain";
const SLOT =
  "to open all seeds with one keychain entry: twinseed store move file, then twinseed store unlock-with keyring";
const ANOTHER_STORE =
  "to keep seeds in an encrypted file instead, set TWINSEED_STORE=file before you add the first account";

export const NATIVE_MESSAGES: readonly NativeMessage[] = [
  {
    // -25308, -25315, -25320
    text: /User interaction is (not allowed|required)|dark wake/i,
    reason:
      "macOS opens no window here to unlock the keychain (over ssh, from launchd, or with the screen locked)",
    hints: [UNLOCK, "or run this in a terminal on the Mac's own screen"],
  },
  {
    // -25293
    text: /user name or passphrase you entered is not correct/i,
    reason: "the keychain refused: its window was answered with Deny or with another password",
    hints: [
      "run this again, type the keychain's password, and choose Always Allow",
      "after a change of the login password, the keychain may still have the old one: security set-keychain-password",
    ],
  },
  {
    // -128
    text: /User cancell?ed the operation/i,
    reason: "the keychain's window was canceled",
    hints: ["run this again and choose Always Allow", SLOT],
  },
  {
    // -25307
    text: /default keychain could not be found/i,
    reason:
      "this user has no default keychain (with sudo, in a daemon, or before the first login on the screen)",
    hints: [
      WHICH,
      "to use the login keychain: security default-keychain -s login.keychain-db",
      ANOTHER_STORE,
    ],
    isMissing: true,
  },
  {
    // -25294, -25295
    text: /specified keychain (could not be found|is not a valid keychain)/i,
    reason: "the default keychain's file is missing or damaged",
    hints: [
      WHICH,
      "after a reset of the login password, the old keychain is kept as login_renamed_1.keychain-db: open it in Keychain Access",
    ],
  },
  {
    // -25291
    text: /No keychain is available/i,
    reason: "no keychain is available",
    hints: ["restart the Mac, or log in on its screen", ANOTHER_STORE],
    isMissing: true,
  },
  {
    // -25292, -61
    text: /keychain cannot be modified|write permission/i,
    reason: "the default keychain can't be changed",
    hints: [WHICH, "unlock it in Keychain Access, and run this again"],
  },
  {
    // -25299
    text: /already exists in the keychain/i,
    reason: "the keychain has an entry of this name that it does not show to this program",
    hints: [UNLOCK, 'look for "twinseed" in Keychain Access; another program may have made it'],
  },
  {
    // -25244
    text: /attempt to change the owner of this item/i,
    reason: "the entry belongs to another program",
    hints: ['look for "twinseed" in Keychain Access'],
  },
  {
    // -34018
    text: /required entitlement isn.t present/i,
    reason: "macOS does not let this program use the keychain (it runs in a sandbox)",
    hints: ["run this in Terminal", ANOTHER_STORE],
  },
  {
    text: /ERROR_NO_SUCH_LOGON_SESSION|error code 1312\b/,
    reason: "Windows keeps no credentials for this logon (over ssh, or in a task without a stored password)",
    hints: [
      "run this in a session on the desktop; or let the task store the password",
      "for ssh, keep the seeds in an encrypted file: on the desktop, run: twinseed store move file",
    ],
  },
  {
    text: /ERROR_(BAD_USERNAME|INVALID_FLAGS|INVALID_PARAMETER)|Windows error code \d+/,
    reason: "Windows Credential Manager refused",
    hints: [
      "look at it in the control panel: control /name Microsoft.CredentialManager",
      "if the service is stopped, start it: sc start VaultSvc",
    ],
    isQuoted: true,
  },
  {
    // Any other text of macOS's, perhaps in another language. Messages of the Secret Service have more before them.
    text: /^Platform failure: (?!DBus|Secret Service|Crypto|Zbus|Windows)/,
    reason: "the keychain refused",
    hints: [UNLOCK, WHICH, "if a window is open, answer it with Always Allow"],
    isQuoted: true,
  },
];
