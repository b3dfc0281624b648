/**
 * macOS's keychain and Windows' Credential Manager: what they say, as the binding passes it on (@napi-rs/keyring 2.1.2), and what
 * we make of it.
 */
import { describe, expect, it } from "vitest";
import { ExitCode } from "../../src/base/errors.ts";
import { keyringError, NoKeyring } from "../../src/seeds/keyring/keyring-errors.ts";

const PLATFORM = "Platform failure: ";
const STORAGE = "Couldn't access platform storage: ";

describe("a message of macOS's keychain", () => {
  it.each([
    [`${PLATFORM}User interaction is not allowed.`, "opens no window here", "security unlock-keychain"],
    [`${PLATFORM}User interaction is required.`, "opens no window here", "security unlock-keychain"],
    [`${PLATFORM}The user name or passphrase you entered is not correct.`, "Deny", "Always Allow"],
    [`${PLATFORM}User canceled the operation.`, "was canceled", "store unlock-with keyring"],
    [`${PLATFORM}A default keychain could not be found.`, "no default keychain", "security default-keychain"],
    [`${STORAGE}The specified keychain could not be found.`, "missing or damaged", "login_renamed_1"],
    [
      `${STORAGE}The specified keychain is not a valid keychain file.`,
      "missing or damaged",
      "default-keychain",
    ],
    [`${STORAGE}No keychain is available. You may need to restart your computer.`, "no keychain", "restart"],
    [`${STORAGE}This keychain cannot be modified.`, "can't be changed", "Keychain Access"],
    [
      `${PLATFORM}The specified item already exists in the keychain.`,
      "entry of this name",
      "another program",
    ],
    [`${STORAGE}Invalid attempt to change the owner of this item.`, "another program", "Keychain Access"],
    [`${PLATFORM}A required entitlement isn't present.`, "sandbox", "Terminal"],
    // In another language: nothing is known but that it is the keychain.
    [
      `${PLATFORM}Interaktion mit dem Benutzer ist nicht erlaubt.`,
      "(Interaktion mit",
      "security unlock-keychain",
    ],
    [`${PLATFORM}\u001b[31mred\u202e`, "refused ([31mred)", "security default-keychain"],
  ])("%s", (text, reason, hint) => {
    const error = keyringError("can't read it", new Error(text));
    expect(error).toMatchObject({ exitCode: ExitCode.locked, message: expect.stringContaining(reason) });
    expect(error.message.startsWith("can't read it: ")).toBe(true);
    expect(error.hints.join("\n")).toContain(hint);
  });

  it("is the only one that says that there is no keychain", () => {
    for (const text of ["A default keychain could not be found.", "No keychain is available."])
      expect(keyringError("", new Error(PLATFORM + text))).toBeInstanceOf(NoKeyring);
    for (const text of ["User interaction is not allowed.", "User canceled the operation.", "irgendwas"])
      expect(keyringError("", new Error(PLATFORM + text))).not.toBeInstanceOf(NoKeyring);
  });
});

describe("a message of Windows' Credential Manager", () => {
  it.each([
    [`${STORAGE}Windows ERROR_NO_SUCH_LOGON_SESSION`, "no credentials for this logon", "store move file"],
    [`${PLATFORM}Windows error code 1312`, "no credentials for this logon", "store move file"],
    [`${PLATFORM}Windows ERROR_INVALID_PARAMETER`, "(Windows ERROR_INVALID_PARAMETER)", "control /name"],
    [`${PLATFORM}Windows error code 1062`, "(Windows error code 1062)", "VaultSvc"],
  ])("%s", (text, reason, hint) => {
    const error = keyringError("can't read it", new Error(text));
    expect(error).toMatchObject({ exitCode: ExitCode.locked, message: expect.stringContaining(reason) });
    expect(error.hints.join("\n")).toContain(hint);
  });
});

it("messages of the Secret Service are none of theirs", () => {
  for (const text of ["DBus error: unknown", "Secret Service: something", "Crypto error: Unpad Error"])
    expect(keyringError("", new Error(PLATFORM + text)).hints.join()).not.toMatch(/security |control /);
});
