/**
 * Hints that depend on the operating system, in one table. A command in them is one that the system has, and it means the same in
 * all shells that people use there: on Windows these are PowerShell and cmd. Pure.
 */

interface PlatformHints {
  readonly programs: Readonly<Record<string, string>>;
  /** How to get a program that is not in that list. */
  readonly otherProgram: (names: string, count: number) => string;
  /** "Set a folder for `what`", in a variable. */
  readonly setFolder: (variable: string, what: string) => string;
}

const inShell = (variable: string, what: string): string =>
  `set a folder for ${what}: export ${variable}=/path/to/folder`;

const LINUX: PlatformHints = {
  programs: {
    aws: "on Debian and Ubuntu: apt install awscli",
    gpg: 'install the package "gnupg"',
    lp: 'install CUPS: the package "cups-client" on Debian and Ubuntu, "cups" elsewhere',
    ykman: "on Debian and Ubuntu: apt install yubikey-manager",
  },
  otherProgram: (names, count) => `install the package${count > 1 ? "s" : ""} ${names}`,
  setFolder: inShell,
};

const MAC: PlatformHints = {
  programs: {
    aws: "with Homebrew: brew install awscli",
    git: "install Apple's command line tools: xcode-select --install",
    gpg: "with Homebrew: brew install gnupg",
    ykman: "with Homebrew: brew install ykman",
  },
  otherProgram: (names) => `macOS has ${names} in /usr/bin or /usr/sbin: add both to PATH`,
  setFolder: inShell,
};

const WINDOWS: PlatformHints = {
  programs: {
    aws: "winget install --id Amazon.AWSCLI",
    git: "winget install --id Git.Git",
    gpg: "winget install --id GnuPG.GnuPG",
    ykman: "get it from https://developers.yubico.com/yubikey-manager/",
    lp: "twinseed prints through CUPS, which Windows does not have",
  },
  otherProgram: (names) => `Windows has ${names} in its folder System32 or below: add that folder to PATH`,
  setFolder: (variable, what) =>
    `set a folder for ${what}, and open another window: setx ${variable} C:\\path\\to\\folder`,
};

const HINTS: Readonly<Record<string, PlatformHints>> = { linux: LINUX, darwin: MAC, win32: WINDOWS };

function hintsOf(platform: string): PlatformHints {
  return HINTS[platform] ?? LINUX;
}

/** How to get one program, or several that are needed together. */
export function howToInstall(platform: string, ...programs: readonly string[]): string {
  const { programs: known, otherProgram } = hintsOf(platform);
  return (
    known[programs.join()] ?? otherProgram(programs.map((name) => `"${name}"`).join(" and "), programs.length)
  );
}

export function howToSetFolder(platform: string, variable: string, what: string): string {
  return hintsOf(platform).setFolder(variable, what);
}
